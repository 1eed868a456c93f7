package dev.berth.testing;

import dev.berth.contract.Readings.Kind;
import dev.berth.invoice.BillRun;
import dev.berth.metering.store.ReadingIngest;
import dev.berth.platform.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** Accounts with a final invoice, made the way all are: a VPS, its readings, the bill run. */
@ApplicationScoped
public class Billed {
    private final Seed seed;
    private final ReadingIngest ingest;
    private final BillRun run;
    private final Database database;
    private final InstantSource clock;

    Billed(Seed seed, ReadingIngest ingest, BillRun run, Database database, InstantSource clock) {
        this.seed = seed;
        this.ingest = ingest;
        this.run = run;
        this.database = database;
        this.clock = clock;
    }

    /** A new account with a final invoice of 10.00 and what tax it has, due in the past when so wanted. */
    public UUID account() {
        UUID account = seed.account();
        invoice(account);
        return account;
    }

    /** Another VPS of last month at 10.00, on the account's invoice. */
    public void invoice(UUID account) {
        YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
        Instant start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "10"));
        UUID node = seed.node();
        UUID vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, start, Optional.empty());
        Journal journal = new Journal();
        journal.add(Kind.OPEN, vps, 1, start, Journal.counters(0));
        journal.add(Kind.SAMPLE, vps, 1, end, Journal.counters(0));
        ingest.take(node, journal.key(), journal.all());
        run.run();
    }

    /** The only final invoice of an account. */
    public UUID invoiceOf(UUID account) {
        return database.one("SELECT id FROM invoice WHERE account_id = ?", row -> row.uuid("id"), account)
                .orElseThrow();
    }

    public String labelOf(UUID invoice) {
        return database.one("SELECT label FROM invoice WHERE id = ?", row -> row.text("label"), invoice)
                .orElseThrow();
    }

    /** Moves the due day of an invoice's open amount into the past. */
    public void overdue(UUID invoice) {
        database.update(
                "UPDATE invoice_balance SET due_at = ? WHERE invoice_id = ?",
                clock.instant().minusSeconds(86_400),
                invoice);
    }
}
