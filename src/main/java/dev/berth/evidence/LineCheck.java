package dev.berth.evidence;

import dev.berth.metering.Meter;
import dev.berth.metering.ReadingRef;
import dev.berth.metering.Timeline;
import dev.berth.metering.Usage;
import dev.berth.rating.RatedLine;
import dev.berth.rating.Rater;
import dev.berth.rating.Slice;
import dev.berth.rating.Tariff;
import dev.berth.units.Money;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Computes one line again from its readings and its tariff, and names everything that differs. */
final class LineCheck {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private static final String CORRECTION = "CORRECTION";
    private static final String TAKEN_OFF = "less ";
    private static final Set<String> FOR_TIME = Set.of("RECURRING", "HOURLY");

    /** Readings named for one line; the rest is counted. */
    private static final int MAX_NAMED = 10;

    private final BundleHead head;
    private final BundleLine line;
    private final Map<NodeId, Measured> measured;
    private final List<String> wrong = new ArrayList<>();
    private int checked;
    private int unsigned;

    /** @param measured by node; nodes without readings may be missing */
    LineCheck(BundleHead head, BundleLine line, Map<NodeId, Measured> measured) {
        this.head = head;
        this.line = line;
        this.measured = new LinkedHashMap<>(measured);
    }

    /**
     * @param n its place in the bundle
     * @param more what is known to be wrong already
     */
    Report.Line check(int n, Optional<Tariff> tariff, List<String> more) {
        wrong.addAll(more);
        readings();
        if (line.basis() == BundleLine.Basis.TARIFF) {
            rounding();
        }
        if (line.corrects().isPresent() != line.price().model().equals(CORRECTION)) {
            wrong.add("only a correction corrects");
        }
        if (line.basis() == BundleLine.Basis.PORTAL) {
            unsigned++;
        } else if (tariff.isPresent() && period().isPresent()) {
            try {
                compute(tariff.get(), period().get());
            } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
                wrong.add("it cannot be computed again: " + e.getMessage());
            }
        }
        String title = line.subject().hostname() + ", " + line.price().label();
        return new Report.Line(n, title, said(), unsigned, wrong);
    }

    private Optional<Period> period() {
        List<Period> periods = line.intervals().stream()
                .map(BundleLine.Interval::period)
                .distinct()
                .toList();
        if (!oneStretch(periods)) {
            wrong.add("its intervals are not of one stretch of time");
            return Optional.empty();
        }
        Period period = new Period(periods.getFirst().from(), periods.getLast().to());
        if (line.corrects().isPresent()) {
            if (period.to().isAfter(head.period().from())) {
                wrong.add("what it corrects is not before the invoice's period");
                return Optional.empty();
            }
        } else if (!head.period().intersection(period).equals(Optional.of(period))) {
            wrong.add("its time is not in the invoice's period");
            return Optional.empty();
        }
        return Optional.of(period);
    }

    /** Nodes' intervals are of the same time; those of a fee for time follow one another. */
    private boolean oneStretch(List<Period> periods) {
        if (!forTime()) {
            return periods.size() == 1;
        }
        for (int i = 1; i < periods.size(); i++) {
            if (!periods.get(i - 1).to().equals(periods.get(i).from())) {
                return false;
            }
        }
        return !periods.isEmpty();
    }

    private boolean forTime() {
        return FOR_TIME.contains(line.price().model());
    }

    /** When the fee stood still: by the portal's records, as no node measures it. */
    private List<Period> pauses() {
        return forTime()
                ? line.intervals().stream()
                        .filter(interval -> interval.quantity().signum() == 0)
                        .map(BundleLine.Interval::period)
                        .toList()
                : List.of();
    }

    private void readings() {
        List<String> faults = new ArrayList<>();
        for (BundleLine.Interval interval : line.intervals()) {
            interval.node().ifPresent(node -> readings(node, interval, faults));
        }
        wrong.addAll(faults.subList(0, Math.min(MAX_NAMED, faults.size())));
        if (faults.size() > MAX_NAMED) {
            wrong.add("and %d more readings".formatted(faults.size() - MAX_NAMED));
        }
    }

    private void readings(NodeId node, BundleLine.Interval interval, List<String> faults) {
        Measured here = measured.get(node);
        if (here == null) {
            faults.add("its readings of node %s are missing".formatted(node));
            return;
        }
        here.fault().ifPresent(fault -> faults.add("readings of node %s: %s".formatted(here.nodeName(), fault)));
        List<Proved> own = here.of(interval);
        for (Proved reading : own) {
            reading.fault()
                    .ifPresent(fault -> faults.add("reading %d of node %s (%s) %s"
                            .formatted(
                                    reading.reading().ref().seq(),
                                    here.nodeName(),
                                    time(reading.reading().at()),
                                    fault)));
            unsigned += reading.signed() ? 0 : 1;
        }
        checked += own.size();
    }

    private void rounding() {
        BigDecimal smallest = BigDecimal.ONE.movePointLeft(head.net().currency().getDefaultFractionDigits());
        Money rounded = Money.settled(line.exact(), line.carriedIn(), head.net().currency(), false);
        compare("amount", line.amount(), rounded.decimal());
        if (line.carriedIn().abs().compareTo(smallest.divide(BigDecimal.TWO)) > 0) {
            wrong.add("it carries %s in, more than rounding leaves over"
                    .formatted(line.carriedIn().toPlainString()));
        }
    }

    private void compute(Tariff tariff, Period period) {
        if (line.corrects().isEmpty()) {
            computed(tariff, rated(tariff, period, Map.of()));
            return;
        }
        Computed is = rated(tariff, period, lastOf(false));
        Computed was = rated(tariff, period, lastOf(true));
        if (is.line().isEmpty() || was.line().isEmpty()) {
            wrong.add("the tariff has no price for it");
            return;
        }
        RatedLine now = is.line().get();
        RatedLine before = was.line().get();
        priced(tariff, now);
        compare(
                "quantity",
                new BigDecimal(line.quantity()),
                new BigDecimal(now.quantity().subtract(before.quantity())));
        compare("included quantity", new BigDecimal(line.included()), BigDecimal.ZERO);
        compare("exact amount", line.exact(), now.exact().subtract(before.exact()));
        List<String> expected = new ArrayList<>(intervals(is));
        intervals(was).forEach(interval -> expected.add(TAKEN_OFF + interval));
        rests(expected);
    }

    /** How far readings of each node were looked at, now or when the earlier invoice was computed; 0: none said anything. */
    private Map<NodeId, Long> lastOf(boolean takenOff) {
        Map<NodeId, Long> last = new LinkedHashMap<>();
        line.nodes().forEach(node -> last.put(node, 0L));
        line.intervals().stream()
                .filter(interval -> interval.takenOff() == takenOff)
                .forEach(
                        interval -> interval.node().ifPresent(node -> last.merge(node, interval.lastSeq(), Math::max)));
        return last;
    }

    private record Computed(Slice slice, List<Usage> byNode, Optional<RatedLine> line) {}

    /** @param last of each node the last reading that is looked at */
    private Computed rated(Tariff tariff, Period period, Map<NodeId, Long> last) {
        List<Usage> byNode = line.nodes().stream()
                .filter(measured::containsKey)
                .map(node -> Timeline.of(Objects.requireNonNull(measured.get(node)).forMetering().stream()
                                .filter(reading -> reading.ref().seq() <= last.getOrDefault(node, Long.MAX_VALUE))
                                .toList())
                        .usage(period))
                .filter(usage -> usage.first().isPresent())
                .toList();
        Slice slice = new Slice(
                new SubscriptionId(line.subject().subscription()),
                period,
                line.subject().begun(),
                tariff,
                Usage.sum(period, byNode),
                line.corrects().map(BundleLine.Corrects::zone).orElse(head.zone()),
                line.extras(),
                pauses());
        return new Computed(
                slice,
                byNode,
                Rater.rate(slice).stream()
                        .filter(r -> r.tariffLine().position() == line.price().position())
                        .findFirst());
    }

    private void computed(Tariff tariff, Computed computed) {
        Optional<RatedLine> rated = computed.line();
        if (rated.isEmpty()) {
            wrong.add("the tariff has no price for it");
            return;
        }
        priced(tariff, rated.get());
        compare(
                "quantity",
                new BigDecimal(line.quantity()),
                new BigDecimal(rated.get().quantity()));
        compare(
                "included quantity",
                new BigDecimal(line.included()),
                new BigDecimal(rated.get().included()));
        compare("exact amount", line.exact(), rated.get().exact());
        rests(intervals(computed));
    }

    private void priced(Tariff tariff, RatedLine rated) {
        BundleLine.Priced price = line.price();
        TariffText.Unit unit = TariffText.Unit.of(rated.tariffLine().price());
        same("currency", head.net().currency(), tariff.currency());
        same("plan version", line.subject().planVersion(), tariff.planVersion());
        same("plan", line.subject().planName(), tariff.planName());
        same("label", price.label(), rated.tariffLine().label());
        same("unit", price.unitLabel(), rated.tariffLine().unitLabel());
        same(
                "price model",
                price.model(),
                line.corrects().isPresent()
                        ? CORRECTION
                        : rated.tariffLine().price().model());
        same("meter", price.meter(), rated.meter());
        compare("unit", new BigDecimal(price.unitQuantity()), new BigDecimal(unit.quantity()));
        compare("unit price", price.unitPrice(), unit.price());
    }

    private static List<String> intervals(Computed computed) {
        RatedLine rated = computed.line().orElseThrow();
        return rated.tariffLine().price().forTime()
                ? computed.slice().stretches().stream()
                        .map(stretch -> interval(stretch.unitSeconds(), Optional.empty(), Optional.empty(), 0))
                        .toList()
                : measured(rated, computed.byNode());
    }

    private void rests(List<String> expected) {
        List<String> billed = line.intervals().stream()
                .map(i -> (i.takenOff() ? TAKEN_OFF : "")
                        + interval(
                                i.quantity(),
                                i.node().map(node -> new ReadingRef(node, i.firstSeq())),
                                i.node().map(node -> new ReadingRef(node, i.lastSeq())),
                                i.gaps()))
                .toList();
        if (!billed.equals(expected)) {
            wrong.add("it rests on %s, computed from these readings it would be %s".formatted(billed, expected));
        }
    }

    private static List<String> measured(RatedLine rated, List<Usage> byNode) {
        return rated.meter().isEmpty() || byNode.size() < 2
                ? List.of(interval(
                        rated.quantity(),
                        rated.first(),
                        rated.last(),
                        rated.gaps().size()))
                : byNode.stream()
                        .map(usage -> interval(
                                usage.of(rated.meter().get()),
                                usage.first(),
                                usage.last(),
                                usage.gaps().size()))
                        .toList();
    }

    private static String interval(
            BigInteger quantity, Optional<ReadingRef> first, Optional<ReadingRef> last, int gaps) {
        String between = first.map(f -> " from record %s to %s".formatted(f, last.orElse(f)))
                .orElse("");
        return "%s%s with %d gaps".formatted(quantity, between, gaps);
    }

    private void compare(String what, BigDecimal billed, BigDecimal computed) {
        if (billed.compareTo(computed) != 0) {
            wrong.add("%s is %s, computed it is %s".formatted(what, billed.toPlainString(), computed.toPlainString()));
        }
    }

    private void same(String what, Object billed, Object computed) {
        if (!billed.equals(computed)) {
            wrong.add("%s is '%s', in the tariff it is '%s'".formatted(what, billed, computed));
        }
    }

    private String said() {
        String amount = "amount %s %s = computed again"
                .formatted(line.amount().toPlainString(), head.net().currency().getCurrencyCode());
        if (line.basis() == BundleLine.Basis.PORTAL) {
            return "not proved: it rests on the portal's records, not on readings and this plan's prices; only that the"
                    + " sum holds it was checked; amount %s."
                            .formatted(line.amount().toPlainString());
        }
        if (checked == 0) {
            return "proved: it is a price for time, no reading stands behind it;%s %s.".formatted(stoodStill(), amount);
        }
        String nodes = String.join(
                ", ",
                line.intervals().stream()
                        .flatMap(i -> i.node().stream())
                        .distinct()
                        .map(node -> Optional.ofNullable(measured.get(node))
                                .map(Measured::nodeName)
                                .orElse(node.toString()))
                        .toList());
        String signed = unsigned == 0
                ? "all under the signature of node " + nodes
                : "%d of them under the signature of node %s, %d on the portal's word"
                        .formatted(checked - unsigned, nodes, unsigned);
        return "proved: %d readings, %s; %s%s; %s."
                .formatted(
                        checked,
                        signed,
                        line.quantity(),
                        line.price()
                                .meter()
                                .map(Meter::baseUnit)
                                .map(unit -> " " + unit)
                                .orElse(""),
                        amount);
    }

    private String stoodStill() {
        List<String> pauses = pauses().stream()
                .map(pause -> "%s to %s".formatted(time(pause.from()), time(pause.to())))
                .toList();
        return pauses.isEmpty()
                ? ""
                : " by the portal's records it stood still, as the VPS was suspended, from %s;"
                        .formatted(String.join(", ", pauses));
    }

    private static String time(Instant at) {
        return TIME.format(at);
    }
}
