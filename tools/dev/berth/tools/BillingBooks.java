package dev.berth.tools;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must be in the database when {@link KillBilling} is over. */
final class BillingBooks {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int COUNTERS = 11;

    private final Sql sql;

    BillingBooks(Sql sql) {
        this.sql = sql;
    }

    /** Every reading that was written is in the portal, once and as it was written, and nothing else is. */
    Map<String, Optional<String>> readings(Map<String, BusyNode> nodes) throws IOException {
        Map<String, String> written = new HashMap<>();
        nodes.forEach((id, node) -> node.journal().forEach(one -> written.put(id + " " + one.seq(), text(one))));
        List<String> faults = new ArrayList<>();
        long stored = 0;
        for (List<String> row : sql.query(
                "SELECT node_id, seq, LOWER(HEX(hash)), context_id, kind, start_no,"
                        + " CAST(UNIX_TIMESTAMP(utc) * 1000 AS INTEGER), cpu_usec, cpu_throttled_usec, memory_byte_seconds,"
                        + " disk_byte_seconds, net_tx_bytes, net_rx_bytes, io_read_bytes, io_write_bytes, address_seconds,"
                        + " uptime_seconds, cpu_tokens FROM reading ORDER BY node_id, seq",
                LIMIT)) {
            stored++;
            String place = row.get(0) + " " + row.get(1);
            String here = String.join(" ", row.subList(2, row.size()));
            String there = written.remove(place);
            if (!here.equals(there)) {
                faults.add("%s is %s, was written as %s".formatted(place, here, there == null ? "nothing" : there));
            }
        }
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        checks.put(
                "%,d readings are in the portal once and as they were written".formatted(stored), Checks.none(faults));
        checks.put("none was lost", Checks.none(List.copyOf(written.keySet())));
        checks.put("there were readings", stored > 0 ? Optional.empty() : Optional.of("none"));
        return checks;
    }

    private static String text(LoadNode.Written one) {
        StringBuilder text = new StringBuilder(one.hash());
        LoadNode.Measured m = one.measured();
        text.append(' ')
                .append(m.context())
                .append(' ')
                .append(m.kind())
                .append(' ')
                .append(m.startNo());
        text.append(' ').append(m.utcMillis());
        for (int i = 0; i < COUNTERS; i++) {
            text.append(' ').append(one.counters()[i]);
        }
        return text.toString();
    }

    /** Periods that are over and not billed. */
    Optional<String> waiting() {
        try {
            return Checks.none(
                    sql.lines("SELECT account_id, period_from, state, COALESCE(reason, '') FROM billing_period"
                            + " WHERE state NOT IN ('INVOICED', 'NOTHING_DUE')"));
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    /** Documents whose mail is not written yet. */
    Optional<String> unsent() {
        try {
            return Checks.none(sql.lines("SELECT kind, document_id, attempts FROM document_to_send"));
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    Map<String, Optional<String>> bills() throws IOException {
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        checks.put("every period that is over has been billed", waiting());
        checks.put(
                "periods follow each other without gap or overlap",
                Checks.none(sql.lines("SELECT account_id, period_from, before_ FROM (SELECT account_id, period_from,"
                        + " LAG(period_to) OVER (PARTITION BY account_id ORDER BY period_from) AS before_ FROM billing_period) p"
                        + " WHERE before_ <> period_from")));
        Bills.Verdict bills = new Bills(sql).check();
        checks.put(
                "%d invoices over %s say what the oracle computed".formatted(bills.invoices(), bills.sum()),
                Checks.none(bills.faults()));
        checks.put("there were invoices", bills.invoices() > 0 ? Optional.empty() : Optional.of("none"));
        checks.put(
                "no period has two invoices",
                Checks.none(
                        sql.lines("SELECT account_id, period_from FROM invoice GROUP BY 1, 2 HAVING COUNT(*) > 1")));
        checks.put("numbers of invoices and credit notes have no gap", Checks.none(sql.lines(GAPS)));
        checks.put(
                "each invoice's lines sum to it, and the ledger has it once",
                Checks.none(
                        sql.lines("SELECT i.label, i.net, i.total, l.lines_, t.posted FROM invoice i LEFT JOIN (SELECT"
                                + " invoice_id, SUM(amount) AS lines_ FROM invoice_line GROUP BY 1) l ON l.invoice_id = i.id LEFT JOIN"
                                + " (SELECT source_id, SUM(amount) AS posted FROM ledger_transfer WHERE source_type = 'invoice' AND step"
                                + " IN ('net', 'tax') GROUP BY 1) t ON t.source_id = i.id WHERE NOT (l.lines_ <=> i.net AND t.posted <=>"
                                + " i.total)")));
        return checks;
    }

    private static final String GAPS =
            "SELECT s.seller, s.series, s.last_number, COUNT(d.number), COUNT(DISTINCT d.number), MAX(d.number) FROM"
                    + " invoice_series s LEFT JOIN (SELECT seller, series, number FROM invoice UNION ALL SELECT seller, series,"
                    + " number FROM credit_note) d USING (seller, series) GROUP BY 1, 2, 3 HAVING COUNT(d.number) <>"
                    + " s.last_number OR COUNT(DISTINCT d.number) <> s.last_number OR MAX(d.number) <> s.last_number";

    private static String held(String kind, String sign) {
        return "(SELECT COALESCE(SUM(amount), 0) FROM ledger_transfer WHERE " + sign + "_owner = a.id AND " + sign
                + "_kind = '" + kind + "')";
    }

    Map<String, Optional<String>> ledger(Clerk clerk) throws IOException {
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        checks.put(
                "the trial balance is zero",
                Checks.none(sql.lines(
                        "SELECT currency, SUM(amount) FROM (SELECT currency, amount FROM ledger_transfer t JOIN"
                                + " ledger_account USING (currency) WHERE owner = debit_owner AND kind = debit_kind UNION ALL SELECT"
                                + " currency, -amount FROM ledger_transfer t JOIN ledger_account USING (currency) WHERE owner ="
                                + " credit_owner AND kind = credit_kind) s GROUP BY 1 HAVING SUM(amount) <> 0")));
        checks.put(
                "what accounts owe in the ledger is what is open of their invoices",
                Checks.none(
                        sql.lines("SELECT a.id, " + held("RECEIVABLE", "debit") + " - " + held("RECEIVABLE", "credit")
                                + " AS owed, (SELECT COALESCE(SUM(open_amount), 0) FROM invoice_balance b WHERE b.account_id = a.id)"
                                + " AS open_ FROM account a HAVING owed <> open_")));
        checks.put(
                "what accounts have in the ledger is what is left of their credit",
                Checks.none(sql.lines("SELECT a.id, " + held("CREDIT", "credit") + " - " + held("CREDIT", "debit")
                        + " AS has, (SELECT COALESCE(SUM(remaining), 0) FROM credit_lot l WHERE l.account_id = a.id)"
                        + " AS left_ FROM account a HAVING has <> left_")));
        checks.put(
                "what was paid of an invoice is what was allocated to it",
                Checks.none(sql.lines(
                        "SELECT b.invoice_id, b.paid, (SELECT COALESCE(SUM(p.amount), 0) FROM payment_allocation p"
                                + " WHERE p.invoice_id = b.invoice_id AND p.reversed_at IS NULL) AS allocated FROM invoice_balance b"
                                + " HAVING paid <> allocated")));
        checks.put(
                "repeated requests were answered as before", Checks.none(List.copyOf(clerk.contradictions.values())));
        checks.put(
                "credit was given once for each key",
                Checks.same(
                        (long) clerk.grants.size(),
                        sql.number("SELECT COUNT(*) FROM ledger_transfer WHERE source_type = 'credit-grant'")));
        checks.put(
                "a credit note was issued once for each key",
                Checks.same((long) clerk.notes.size(), sql.number("SELECT COUNT(*) FROM credit_note")));
        return checks;
    }

    Map<String, Optional<String>> mail() throws IOException {
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        checks.put("the mail of every document is written", unsent());
        checks.put(
                "each invoice is mailed once",
                Checks.same(
                        sql.number("SELECT COUNT(*) FROM invoice"),
                        sql.number("SELECT COUNT(*) FROM outbox_mail WHERE kind = 'invoice'")));
        checks.put(
                "each credit note is mailed once",
                Checks.same(
                        sql.number("SELECT COUNT(*) FROM credit_note"),
                        sql.number("SELECT COUNT(*) FROM outbox_mail WHERE kind = 'credit-note'")));
        return checks;
    }
}
