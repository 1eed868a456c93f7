package dev.berth.evidence;

import dev.berth.metering.Meter;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * {@code lines/0001.json}: one line of the invoice with what it was computed from.
 *
 * @param subject whose line it is
 * @param price what it is charged at, as printed
 * @param quantity in base units
 * @param exact major units before rounding
 * @param carriedIn fraction of a cent that the same line left over the last time
 * @param amount decimal text in the invoice's currency
 * @param nodes on which the VPS was measured, in the order in which it left them
 * @param intervals what it rests on; all of one stretch of time, one for each node with readings
 * @param basis what it can be computed again from
 * @param corrects of a correction: the earlier invoice, whose line is computed twice
 * @param extras what add-ons cover of meters beside the plan's allowance, exactly, and of surplus what is beyond the customer's cap; the
 *     portal keeps who had which add-on and which cap
 */
public record BundleLine(
        int n,
        Subject subject,
        Priced price,
        BigInteger quantity,
        BigInteger included,
        BigDecimal exact,
        BigDecimal carriedIn,
        BigDecimal amount,
        List<NodeId> nodes,
        List<Interval> intervals,
        Basis basis,
        Map<Meter, Ratio> extras,
        Optional<Corrects> corrects) {
    public BundleLine {
        extras = Map.copyOf(extras);
        nodes = List.copyOf(nodes);
        intervals = List.copyOf(intervals);
    }

    /** Where a line comes from. */
    public enum Basis {
        /** A price of the plan version, and readings where it has a meter. */
        TARIFF,
        /** Something else that the portal keeps, as an add-on: no reading and no tariff of the bundle says it. */
        PORTAL
    }

    /** @param begun when the subscription began: what is paid once is paid in that period */
    public record Subject(
            UUID subscription, UUID vps, String hostname, UUID planVersion, String planName, Instant begun) {}

    /**
     * @param period of the invoice, or of the time for which nothing was due
     * @param number as printed; empty where nothing was due
     * @param zone in which its months begin and end
     */
    public record Corrects(UUID period, Optional<String> number, ZoneId zone) {
        private Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("invoiceId", period.toString());
            number.ifPresent(n -> members.put("number", n));
            members.put("timeZone", zone.getId());
            return members;
        }

        private static Corrects parse(Fields fields) {
            return new Corrects(
                    fields.uuid("invoiceId"),
                    fields.optional("number", Function.identity()),
                    fields.other("timeZone", ZoneId::of));
        }
    }

    /** @param position of the tariff's line */
    public record Priced(
            int position,
            String model,
            Optional<Meter> meter,
            String label,
            String unitLabel,
            BigInteger unitQuantity,
            BigDecimal unitPrice) {}

    /**
     * @param node empty where no reading stands behind it
     * @param firstSeq in the node's journal; 0 without a node
     * @param takenOff of a correction: what was counted before, and is taken off
     */
    public record Interval(
            Period period,
            BigInteger quantity,
            Optional<NodeId> node,
            long firstSeq,
            long lastSeq,
            int gaps,
            boolean takenOff) {
        boolean covers(long seq) {
            return seq >= firstSeq && seq <= lastSeq;
        }
    }

    public static String file(int n) {
        return "lines/%04d.json".formatted(n);
    }

    /** The file's text. */
    public String json() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("n", Integer.toString(n));
        members.put("basis", basis.name());
        members.put("subscriptionId", subject.subscription().toString());
        members.put("begun", subject.begun().toString());
        members.put("vpsId", subject.vps().toString());
        members.put("hostname", subject.hostname());
        members.put("planVersionId", subject.planVersion().toString());
        members.put("planName", subject.planName());
        members.put("position", Integer.toString(price.position()));
        members.put("model", price.model());
        price.meter().ifPresent(meter -> members.put("meter", meter.name()));
        members.put("label", price.label());
        members.put("unitLabel", price.unitLabel());
        members.put("unitQuantity", price.unitQuantity().toString());
        members.put("unitPrice", price.unitPrice().toPlainString());
        members.put("quantity", quantity.toString());
        members.put("included", included.toString());
        members.put("exact", exact.toPlainString());
        members.put("carriedIn", carriedIn.toPlainString());
        members.put("amount", amount.toPlainString());
        members.put("nodes", nodes.stream().map(NodeId::toString).toList());
        if (!extras.isEmpty()) {
            Map<String, Object> covered = new LinkedHashMap<>();
            extras.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(extra ->
                            covered.put(extra.getKey().name(), extra.getValue().toString()));
            members.put("extras", covered);
        }
        corrects.ifPresent(earlier -> members.put("corrects", earlier.members()));
        members.put("intervals", intervals.stream().map(BundleLine::members).toList());
        return Json.write(members);
    }

    private static Map<String, Object> members(Interval interval) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("from", interval.period().from().toString());
        members.put("to", interval.period().to().toString());
        members.put("quantity", interval.quantity().toString());
        interval.node().ifPresent(node -> {
            members.put("nodeId", node.toString());
            members.put("firstSeq", Long.toString(interval.firstSeq()));
            members.put("lastSeq", Long.toString(interval.lastSeq()));
        });
        members.put("gaps", Integer.toString(interval.gaps()));
        if (interval.takenOff()) {
            members.put("takenOff", "true");
        }
        return members;
    }

    static BundleLine parse(String json) {
        Fields fields = Fields.parse(json);
        return new BundleLine(
                fields.integer("n"),
                new Subject(
                        fields.uuid("subscriptionId"),
                        fields.uuid("vpsId"),
                        fields.text("hostname"),
                        fields.uuid("planVersionId"),
                        fields.text("planName"),
                        fields.instant("begun")),
                new Priced(
                        fields.integer("position"),
                        fields.text("model"),
                        fields.optional("meter", Meter::valueOf),
                        fields.text("label"),
                        fields.text("unitLabel"),
                        fields.whole("unitQuantity"),
                        fields.decimal("unitPrice")),
                fields.whole("quantity"),
                fields.whole("included"),
                fields.decimal("exact"),
                fields.decimal("carriedIn"),
                fields.decimal("amount"),
                fields.list("nodes", node -> NodeId.of(node.toString())),
                fields.list("intervals", BundleLine::interval),
                fields.other("basis", Basis::valueOf),
                extras(fields),
                corrects(fields));
    }

    private static Optional<Corrects> corrects(Fields fields) {
        return fields.members().containsKey("corrects")
                ? Optional.of(Corrects.parse(Fields.of(fields.members().getOrDefault("corrects", ""))))
                : Optional.empty();
    }

    private static Map<Meter, Ratio> extras(Fields fields) {
        Map<Meter, Ratio> extras = new EnumMap<>(Meter.class);
        if (fields.members().containsKey("extras")) {
            Fields covered = Fields.of(fields.members().getOrDefault("extras", ""));
            for (Meter meter : Meter.values()) {
                covered.optional(meter.name(), BundleLine::ratio).ifPresent(ratio -> extras.put(meter, ratio));
            }
        }
        return extras;
    }

    private static boolean flag(String text) {
        if (!text.equals("true")) {
            throw new IllegalArgumentException(text);
        }
        return true;
    }

    /** {@code 3} or {@code 10/3}. */
    private static Ratio ratio(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? Ratio.of(Fields.toWhole(text))
                : new Ratio(Fields.toWhole(text.substring(0, slash)), Fields.toWhole(text.substring(slash + 1)));
    }

    private static Interval interval(Object value) {
        Fields fields = Fields.of(value);
        Optional<NodeId> node = fields.optional("nodeId", NodeId::of);
        Instant from = fields.instant("from");
        return new Interval(
                fields.other("to", to -> new Period(from, Instant.parse(to))),
                fields.whole("quantity"),
                node,
                node.map(_ -> fields.other("firstSeq", Long::valueOf)).orElse(0L),
                node.map(_ -> fields.other("lastSeq", Long::valueOf)).orElse(0L),
                fields.integer("gaps"),
                fields.optional("takenOff", BundleLine::flag).orElse(false));
    }
}
