package dev.berth.resale;

import dev.berth.account.Account;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.resale.Margin.Line;
import dev.berth.units.Money;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a reseller pays and earns for its customers, from closed bills of both sides. */
@ApplicationScoped
public class MarginReport {
    /** Lines of one side in a report at most. */
    private static final int MAX_LINES = 20_000;

    private static final String SELECT = "SELECT l.invoice_id, COALESCE(i.label, '') AS invoice, l.n,"
            + " l.subscription_id, l.vps_id, l.hostname, l.label, COALESCE(l.meter, 'FEE') AS what, l.amount,"
            // what is corrected is of the time that it was used in
            + " COALESCE(e.period_from, r.period_from) AS time_from, COALESCE(e.period_to, r.period_to) AS time_to,"
            + " COALESCE((SELECT GROUP_CONCAT(CONCAT(x.node_id, '#', x.first_seq, '-', x.last_seq)"
            + " ORDER BY x.n SEPARATOR ' ') FROM rated_interval x WHERE x.invoice_id = l.invoice_id AND x.line = l.n), '')"
            + " AS evidence FROM invoice_line l JOIN billing_period p ON p.id = l.invoice_id"
            + " LEFT JOIN invoice i ON i.id = l.invoice_id LEFT JOIN billing_period e ON e.id = l.corrects_period"
            + " JOIN subscription s ON s.id = l.subscription_id JOIN account a ON a.id = s.account_id"
            + " JOIN wholesale_terms t ON t.reseller_id = a.reseller_id JOIN billing_period r ON r.id = ?"
            + " WHERE a.reseller_id = ? AND ";

    private static final String WHOLESALE = "p.id = r.id";

    /** Those whose middle is in the reseller's period: where months begin at other hours, too, each bill is in one report. */
    private static final String RETAIL = "p.account_id = s.account_id AND t.begins_at <= p.period_from"
            + " AND p.period_from < r.period_to AND p.period_to > r.period_from AND TIMESTAMPADD(SECOND,"
            + " TIMESTAMPDIFF(SECOND, p.period_from, p.period_to) DIV 2, p.period_from) >= r.period_from"
            + " AND TIMESTAMPADD(SECOND, TIMESTAMPDIFF(SECOND, p.period_from, p.period_to) DIV 2, p.period_from)"
            + " < r.period_to";

    private final Database database;
    private final WholesaleTerms terms;

    MarginReport(Database database, WholesaleTerms terms) {
        this.database = database;
        this.terms = terms;
    }

    /**
     * Of one of the reseller's own bills.
     *
     * @param bill id of the invoice; the newest closed period where it is missing
     */
    public Margin of(Caller caller, Optional<UUID> bill) {
        Account reseller = terms.reseller(caller);
        Currency currency = Currency.getInstance(reseller.currency());
        Optional<UUID> found = closed(reseller.id(), bill);
        if (found.isEmpty()) {
            return Margin.of(currency, List.of(), List.of());
        }
        UUID period = found.get();
        List<Line> wholesale = lines(WHOLESALE, currency, period, reseller.id());
        List<Line> retail = lines(RETAIL, currency, period, reseller.id());
        return Margin.of(currency, wholesale, retail);
    }

    /** A bill that is named must be there; else the newest, if there is one. */
    private Optional<UUID> closed(UUID reseller, Optional<UUID> bill) {
        Optional<UUID> found = database.one(
                "SELECT p.id FROM billing_period p WHERE p.account_id = ? AND p.closed_at IS NOT NULL"
                        + " AND (? IS NULL OR p.id = ?) ORDER BY p.period_from DESC LIMIT 1",
                row -> row.uuid("id"),
                reseller,
                bill,
                bill);
        if (found.isEmpty() && bill.isPresent()) {
            throw Problem.notFound("invoice");
        }
        return found;
    }

    private List<Line> lines(String whose, Currency currency, Object... values) {
        return database.list(
                SELECT + whose + " ORDER BY l.invoice_id, l.n LIMIT " + MAX_LINES, row -> line(row, currency), values);
    }

    private static Line line(Row row, Currency currency) {
        Period period = new Period(row.instant("time_from"), row.instant("time_to"));
        return new Line(
                new Margin.Key(row.uuid("subscription_id"), row.uuid("vps_id"), period, row.text("what")),
                row.uuid("invoice_id"),
                row.text("invoice"),
                row.integer("n"),
                row.text("label"),
                row.text("hostname"),
                row.text("evidence"),
                new Money(row.number("amount"), currency));
    }
}
