package dev.berth.invoice;

import dev.berth.invoice.CreditNote.Line;
import dev.berth.platform.InputFaults;
import dev.berth.units.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A credit note as staff ask for it.
 *
 * @param reason stands on it
 * @param everything all that is left of every line; then no lines are named
 */
public record NewCreditNote(
        @Nullable String reason,
        @Nullable Boolean everything,
        @Nullable List<Part> lines) {
    private static final int MOST_LINES = 1_000;

    /**
     * What is taken back of a line; an amount or a quantity, not both.
     *
     * @param line its number on the invoice
     * @param amount decimal text, without tax, positive
     * @param quantity base units of it; their share of the line's amount
     * @param reason why this line; the note's own when there is none
     */
    public record Part(
            @Nullable Integer line,
            @Nullable String amount,
            @Nullable BigInteger quantity,
            @Nullable String reason) {}

    /** What there is to take back: an invoice's lines, and what earlier credit notes took by line. */
    record Left(List<InvoiceLine> lines, Map<Integer, Money> gone) {
        Money of(InvoiceLine line) {
            Money taken = gone.get(line.n());
            return taken == null ? line.amount() : line.amount().minus(taken);
        }

        Optional<InvoiceLine> line(int n) {
            return lines.stream().filter(line -> line.n() == n).findFirst();
        }
    }

    /** The lines it will have; every fault is added to {@code faults}. */
    List<Line> resolve(Left left, String because, InputFaults faults) {
        List<Part> parts = lines == null ? List.of() : lines;
        if (Boolean.TRUE.equals(everything)) {
            faults.check(parts.isEmpty(), "lines", "must not be there when everything is credited");
            return all(left, because);
        }
        boolean some = faults.check(
                !parts.isEmpty() && parts.size() <= MOST_LINES, "lines", "must name 1 to " + MOST_LINES + " lines");
        return some ? some(parts, left, because, faults) : List.of();
    }

    private static List<Line> all(Left left, String because) {
        List<Line> found = new ArrayList<>();
        for (InvoiceLine line : left.lines()) {
            Money rest = left.of(line);
            if (!rest.isZero()) {
                found.add(line(found.size() + 1, line, Optional.empty(), rest, because));
            }
        }
        return found;
    }

    private static List<Line> some(List<Part> parts, Left left, String because, InputFaults faults) {
        List<Line> found = new ArrayList<>();
        Set<Integer> named = new HashSet<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            String field = "lines[" + i + "]";
            int n = part.line() == null ? 0 : part.line();
            Optional<InvoiceLine> line = left.line(n);
            boolean known = faults.check(line.isPresent(), field + ".line", "must be the number of a line")
                    && faults.check(named.add(n), field + ".line", "must not be named twice");
            if (known) {
                String why = faults.optionalText(field + ".reason", part.reason(), 200);
                Optional<Money> amount = amount(part, line.get(), left.of(line.get()), new Field(field, faults));
                amount.ifPresent(a -> found.add(line(
                        found.size() + 1,
                        line.get(),
                        Optional.ofNullable(part.quantity()),
                        a,
                        why.isEmpty() ? because : why)));
            }
        }
        return found;
    }

    private static Line line(int n, InvoiceLine line, Optional<BigInteger> quantity, Money amount, String why) {
        String reason = why.length() <= 200 ? why : why.substring(0, 200);
        return new Line(n, line.n(), line.subject().hostname(), line.what().label(), quantity, amount, reason);
    }

    private record Field(String name, InputFaults faults) {
        Optional<Money> refuse(String part, String message) {
            faults.add(name + part, message);
            return Optional.empty();
        }
    }

    private static Optional<Money> amount(Part part, InvoiceLine line, Money left, Field field) {
        if ((part.amount() == null) == (part.quantity() == null)) {
            return field.refuse("", "must have either an amount or a quantity");
        }
        Optional<Money> asked = part.amount() == null ? share(part, line, field) : parsed(part, line, field);
        if (asked.isEmpty()) {
            return asked;
        }
        boolean negative = line.amount().minor() < 0;
        Money signed = negative ? asked.get().negated() : asked.get();
        Money over = negative ? left.minus(signed) : signed.minus(left);
        if (signed.isZero() || over.isPositive()) {
            String most = (negative ? left.negated() : left).amount();
            String which = part.amount() == null ? ".quantity" : ".amount";
            return field.refuse(which, "must be above 0 and at most what is left of the line: " + most);
        }
        return Optional.of(signed);
    }

    private static Optional<Money> parsed(Part part, InvoiceLine line, Field field) {
        String code = line.amount().currency().getCurrencyCode();
        try {
            Money amount = Money.of(part.amount() == null ? "" : part.amount().strip(), code);
            return amount.minor() >= 0 ? Optional.of(amount) : field.refuse(".amount", "must be above 0");
        } catch (IllegalArgumentException e) {
            return field.refuse(".amount", "is no amount of " + code);
        }
    }

    /** The quantity's share of the line's amount, rounded once. */
    private static Optional<Money> share(Part part, InvoiceLine line, Field field) {
        BigInteger quantity = part.quantity() == null ? BigInteger.ZERO : part.quantity();
        if (quantity.signum() <= 0 || quantity.compareTo(line.quantity()) > 0) {
            return field.refuse(".quantity", "must be from 1 to the line's quantity: " + line.quantity());
        }
        BigDecimal exact = line.amount()
                .decimal()
                .abs()
                .multiply(new BigDecimal(quantity))
                .divide(new BigDecimal(line.quantity()), 12, java.math.RoundingMode.HALF_UP);
        return Optional.of(Money.rounded(exact, line.amount().currency()));
    }
}
