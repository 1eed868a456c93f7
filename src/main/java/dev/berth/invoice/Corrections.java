package dev.berth.invoice;

import dev.berth.invoice.InvoiceLine.Corrects;
import dev.berth.invoice.InvoiceLine.What;
import dev.berth.platform.Database;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Lines for what readings that came late change of a bill that is closed. Writes nothing. */
@ApplicationScoped
class Corrections {
    private final Carries carries;
    private final Database database;

    Corrections(Carries carries, Database database) {
        this.carries = carries;
        this.database = database;
    }

    /** @param due on whose bill the lines are */
    record Of(DuePeriod due, DuePeriod earlier) {}

    /**
     * One for each line whose exact amount differs. It carries on where the line itself, or an earlier correction of it, has left off.
     *
     * @param was the earlier bill as it was looked at the last time
     * @param before lines of the new bill that come first
     */
    List<InvoiceLine> lines(Of of, List<InvoiceLine> was, List<InvoiceLine> is, List<InvoiceLine> before) {
        Map<String, InvoiceLine> then = byKey(was);
        Map<String, InvoiceLine> now = byKey(is);
        Set<String> keys = new LinkedHashSet<>(now.keySet());
        keys.addAll(then.keySet());
        List<InvoiceLine> all = new ArrayList<>(before);
        Optional<Billed> billed = Optional.empty();
        for (String key : keys) {
            Optional<InvoiceLine> old = Optional.ofNullable(then.get(key));
            Optional<InvoiceLine> fresh = Optional.ofNullable(now.get(key));
            BigDecimal exact = exact(fresh).subtract(exact(old));
            if (exact.signum() != 0) {
                billed = billed.or(() -> Optional.of(billed(of.earlier())));
                all.add(line(of, new Change(old, fresh, exact), billed.orElseThrow(), all));
            }
        }
        return List.copyOf(all.subList(before.size(), all.size()));
    }

    private static Map<String, InvoiceLine> byKey(List<InvoiceLine> lines) {
        Map<String, InvoiceLine> byKey = new LinkedHashMap<>();
        lines.forEach(line -> byKey.put(line.key(), line));
        return byKey;
    }

    private static BigDecimal exact(Optional<InvoiceLine> line) {
        return line.map(InvoiceLine::exact).orElse(BigDecimal.ZERO);
    }

    private record Change(Optional<InvoiceLine> old, Optional<InvoiceLine> fresh, BigDecimal exact) {
        InvoiceLine one() {
            return fresh.or(() -> old).orElseThrow();
        }

        BigInteger quantity() {
            return quantity(fresh).subtract(quantity(old));
        }

        private static BigInteger quantity(Optional<InvoiceLine> line) {
            return line.map(InvoiceLine::quantity).orElse(BigInteger.ZERO);
        }

        List<RatedInterval> intervals() {
            Stream<RatedInterval> counted = fresh.stream().flatMap(line -> line.intervals().stream());
            Stream<RatedInterval> before = old.stream().flatMap(line -> line.intervals().stream());
            return Stream.concat(counted, before.map(RatedInterval::takenOff)).toList();
        }
    }

    /** What the earlier bill was called, and its lines by key; neither where nothing was due. */
    private record Billed(Optional<String> number, Map<String, Integer> lines) {}

    private Billed billed(DuePeriod earlier) {
        Optional<String> number = database.one(
                "SELECT label FROM invoice WHERE id = ?",
                row -> row.text("label"),
                earlier.id().value());
        Map<String, Integer> lines = new LinkedHashMap<>();
        database.list(
                        "SELECT n, subscription_id, tariff_position, add_on_subscription_id, coupon_redemption_id"
                                + " FROM invoice_line WHERE invoice_id = ? AND corrects_period IS NULL",
                        row -> Map.entry(
                                InvoiceLine.key(
                                        row.uuid("subscription_id"),
                                        row.integer("tariff_position"),
                                        row.optionalUuid("add_on_subscription_id"),
                                        row.optionalUuid("coupon_redemption_id")),
                                row.integer("n")),
                        earlier.id().value())
                .forEach(line -> lines.put(line.getKey(), line.getValue()));
        return new Billed(number, lines);
    }

    private InvoiceLine line(Of of, Change change, Billed billed, List<InvoiceLine> before) {
        InvoiceLine one = change.one();
        What what = one.what();
        Optional<Integer> n = Optional.ofNullable(billed.lines().get(one.key()));
        Corrects corrects = new Corrects(
                of.earlier().id(),
                billed.number(),
                of.earlier().span().period(),
                n,
                what.off().map(InvoiceLine.Off::redemption));
        BigDecimal carriedIn = carriedIn(of, one, before);
        boolean down = what.off().isPresent();
        return new InvoiceLine(
                before.size() + 1,
                one.subject(),
                new What(
                        what.position(),
                        InvoiceLine.CORRECTION,
                        what.meter(),
                        what.label(),
                        what.unitLabel(),
                        what.unitQuantity(),
                        what.unitPrice(),
                        what.addOn(),
                        Optional.empty(),
                        Optional.of(corrects)),
                change.quantity(),
                BigInteger.ZERO,
                change.exact(),
                carriedIn,
                Money.settled(change.exact(), carriedIn, one.amount().currency(), down),
                change.intervals());
    }

    private BigDecimal carriedIn(Of of, InvoiceLine one, List<InvoiceLine> before) {
        return before.stream()
                .filter(line -> line.carryKey().equals(one.carryKey()))
                .reduce((_, later) -> later)
                .map(InvoiceLine::carriedOut)
                .orElseGet(() -> carries.over(
                        new Carries.Key(
                                of.due().account(),
                                one.subject().subscription(),
                                one.what().position(),
                                one.what().addOn(),
                                one.what().redemption()),
                        of.due().period()));
    }
}
