package dev.berth.invoice;

import dev.berth.invoice.InvoiceLine.Corrects;
import dev.berth.invoice.InvoiceLine.Off;
import dev.berth.invoice.InvoiceLine.Subject;
import dev.berth.invoice.InvoiceLine.What;
import dev.berth.metering.Meter;
import dev.berth.metering.ReadingRef;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lines of closed periods with their rated intervals. */
@ApplicationScoped
class LineStore {
    private static final String LINE = "invoice_id, n, subscription_id, vps_id, hostname, plan_version_id, plan_name,"
            + " tariff_position, model, meter, label, unit_label, unit_quantity, unit_price, quantity, included, exact,"
            + " carried_in, amount, add_on_subscription_id, coupon_redemption_id,"
            + " discounts_line, corrects_period, corrects_line";
    private static final String OF_LINE = "l." + LINE.replace(", ", ", l.");
    private static final String INTERVAL =
            "invoice_id, line, n, interval_from, interval_to, quantity, node_id, first_seq, last_seq, gaps, taken_off";

    private final Database database;

    LineStore(Database database) {
        this.database = database;
    }

    void insert(InvoiceId invoice, List<InvoiceLine> lines) {
        List<@Nullable Object[]> lineRows = new ArrayList<>();
        List<@Nullable Object[]> intervalRows = new ArrayList<>();
        for (InvoiceLine line : lines) {
            lineRows.add(lineRow(invoice, line));
            int n = 0;
            for (RatedInterval interval : line.intervals()) {
                n++;
                intervalRows.add(new @Nullable Object[] {
                    invoice.value(),
                    line.n(),
                    n,
                    interval.period().from(),
                    interval.period().to(),
                    interval.quantity().toString(),
                    interval.first().map(r -> r.node().value()),
                    interval.first().map(ReadingRef::seq),
                    interval.last().map(ReadingRef::seq),
                    interval.gaps(),
                    interval.before()
                });
            }
        }
        database.updateAll(
                "INSERT INTO invoice_line (" + LINE
                        + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                lineRows);
        database.updateAll(
                "INSERT INTO rated_interval (" + INTERVAL + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", intervalRows);
    }

    private static @Nullable Object[] lineRow(InvoiceId invoice, InvoiceLine line) {
        Subject subject = line.subject();
        What what = line.what();
        return new @Nullable Object[] {
            invoice.value(),
            line.n(),
            subject.subscription().value(),
            subject.vpsId(),
            subject.hostname(),
            subject.planVersion(),
            subject.planName(),
            what.position(),
            what.model(),
            what.meter(),
            what.label(),
            what.unitLabel(),
            what.unitQuantity().toString(),
            what.unitPrice(),
            line.quantity().toString(),
            line.included().toString(),
            line.exact(),
            line.carriedIn(),
            line.amount().minor(),
            what.addOn(),
            what.redemption(),
            what.off().map(Off::line),
            what.corrects().map(corrects -> corrects.of().value()),
            what.corrects().flatMap(Corrects::line)
        };
    }

    List<InvoiceLine> of(InvoiceId invoice, Currency currency) {
        List<Placed> intervals = database.list(
                "SELECT " + INTERVAL + " FROM rated_interval WHERE invoice_id = ? ORDER BY line, n",
                row -> new Placed(row.integer("line"), interval(row)),
                invoice.value());
        return database.list(
                "SELECT " + OF_LINE + ", v.label AS corrects_number, q.period_from AS corrects_from,"
                        + " q.period_to AS corrects_to FROM invoice_line l"
                        + " LEFT JOIN billing_period q ON q.id = l.corrects_period"
                        + " LEFT JOIN invoice v ON v.id = l.corrects_period WHERE l.invoice_id = ? ORDER BY l.n",
                row -> line(row, currency, intervals),
                invoice.value());
    }

    private record Placed(int line, RatedInterval interval) {}

    private static RatedInterval interval(Row row) {
        Optional<NodeId> node = row.optionalUuid("node_id").map(NodeId::new);
        return new RatedInterval(
                new Period(row.instant("interval_from"), row.instant("interval_to")),
                whole(row, "quantity"),
                node.flatMap(id -> row.optionalNumber("first_seq").map(seq -> new ReadingRef(id, seq))),
                node.flatMap(id -> row.optionalNumber("last_seq").map(seq -> new ReadingRef(id, seq))),
                row.integer("gaps"),
                row.flag("taken_off"));
    }

    private static InvoiceLine line(Row row, Currency currency, List<Placed> intervals) {
        int n = row.integer("n");
        return new InvoiceLine(
                n,
                new Subject(
                        new SubscriptionId(row.uuid("subscription_id")),
                        row.uuid("vps_id"),
                        row.text("hostname"),
                        row.uuid("plan_version_id"),
                        row.text("plan_name")),
                new What(
                        row.integer("tariff_position"),
                        row.text("model"),
                        row.optionalText("meter").map(Meter::valueOf),
                        row.text("label"),
                        row.text("unit_label"),
                        whole(row, "unit_quantity"),
                        row.decimal("unit_price"),
                        row.optionalUuid("add_on_subscription_id"),
                        off(row),
                        corrects(row)),
                whole(row, "quantity"),
                whole(row, "included"),
                row.decimal("exact"),
                row.decimal("carried_in"),
                new Money(row.number("amount"), currency),
                intervals.stream()
                        .filter(p -> p.line() == n)
                        .map(Placed::interval)
                        .toList());
    }

    private static Optional<Off> off(Row row) {
        return row.optionalNumber("discounts_line")
                .map(line -> new Off(row.uuid("coupon_redemption_id"), Math.toIntExact(line)));
    }

    private static Optional<Corrects> corrects(Row row) {
        return row.optionalUuid("corrects_period")
                .map(of -> new Corrects(
                        new InvoiceId(of),
                        row.optionalText("corrects_number"),
                        new Period(row.instant("corrects_from"), row.instant("corrects_to")),
                        row.optionalNumber("corrects_line").map(Math::toIntExact),
                        row.optionalUuid("coupon_redemption_id")));
    }

    private static BigInteger whole(Row row, String column) {
        return row.decimal(column).toBigIntegerExact();
    }
}
