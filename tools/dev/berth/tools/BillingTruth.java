package dev.berth.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What must be true of the books after a bill run over {@link BillingData}. */
final class BillingTruth {
    private static final int SAMPLE = 25;

    private final Sql sql;
    private final int accounts;
    private final Progress progress;

    BillingTruth(Sql sql, int accounts, Progress progress) {
        this.sql = sql;
        this.accounts = accounts;
        this.progress = progress;
    }

    /** @throws Failure when one is not */
    void check() throws IOException {
        long seed = System.nanoTime();
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        checks.put(
                "every account has one invoice",
                Checks.same((long) accounts, sql.number("SELECT COUNT(*) FROM invoice")));
        checks.put(
                "and not two",
                Checks.none(
                        sql.lines("SELECT account_id FROM invoice GROUP BY account_id HAVING COUNT(*) > 1 LIMIT 5")));
        checks.put("the trial balance is zero", Checks.none(sql.lines(BALANCE)));
        checks.put("numbers have no gap", Checks.none(sql.lines(GAPS)));
        checks.put("each invoice is in the ledger once, and its lines sum to it", Checks.none(sql.lines(UNPOSTED)));
        checks.put("nothing failed or waits", Checks.none(sql.lines(WAITING)));
        checks.put(
                "%d accounts (seed %d) owe what their readings say".formatted(SAMPLE, seed),
                Checks.none(sample(new Random(seed))));
        List<String> faults = new ArrayList<>();
        checks.forEach((what, fault) -> {
            progress.say(fault.map(seen -> "FAILED " + what + ": " + seen).orElse("books: " + what));
            fault.ifPresent(_ -> faults.add(what));
        });
        if (!faults.isEmpty()) {
            throw new Failure(Failure.TESTS, "the bill run's books are wrong: " + String.join("; ", faults));
        }
    }

    private static final String BALANCE =
            "SELECT currency, SUM(amount) FROM (SELECT currency, amount FROM ledger_transfer t JOIN ledger_account"
                    + " USING (currency) WHERE owner = debit_owner AND kind = debit_kind UNION ALL SELECT currency, -amount FROM"
                    + " ledger_transfer t JOIN ledger_account USING (currency) WHERE owner = credit_owner AND kind = credit_kind)"
                    + " s GROUP BY 1 HAVING SUM(amount) <> 0";
    private static final String GAPS =
            "SELECT s.seller, s.series, s.last_number, COUNT(i.id), MAX(i.number) FROM invoice_series s LEFT JOIN invoice i"
                    + " USING (seller, series) GROUP BY 1, 2, 3 HAVING COUNT(i.id) <> s.last_number OR MAX(i.number) <>"
                    + " s.last_number";
    private static final String UNPOSTED =
            "SELECT i.label, i.net, i.total, l.lines_, t.posted FROM invoice i LEFT JOIN (SELECT invoice_id, SUM(amount) AS"
                    + " lines_ FROM invoice_line GROUP BY invoice_id) l ON l.invoice_id = i.id LEFT JOIN (SELECT"
                    + " CAST(source_id AS UUID) AS source_id, SUM(amount) AS posted FROM ledger_transfer WHERE source_type = 'invoice' AND step IN ('net', 'tax')"
                    + " GROUP BY 1) t ON t.source_id = i.id WHERE NOT (l.lines_ <=> i.net AND t.posted <=> i.total)"
                    + " LIMIT 5";
    private static final String WAITING =
            "SELECT account_id, period_from, state, COALESCE(reason, '') FROM billing_period WHERE failed OR attempts > 0"
                    + " OR (state NOT IN ('INVOICED', 'NOTHING_DUE') AND period_to <= UTC_TIMESTAMP()) LIMIT 5";

    private List<String> sample(Random random) throws IOException {
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < SAMPLE; i++) {
            String account = "%08X-00a0-7000-8000-000000000000".formatted(random.nextInt(accounts));
            Bills.Verdict verdict = new Bills(sql, account).check();
            faults.addAll(verdict.faults());
            if (verdict.invoices() != 1) {
                faults.add("%s has %d invoices".formatted(account, verdict.invoices()));
            }
        }
        return faults;
    }
}
