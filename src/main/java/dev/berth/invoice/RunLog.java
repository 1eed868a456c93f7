package dev.berth.invoice;

import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Transactions;
import dev.berth.units.InvoiceId;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notes what runs of billing do. A run is noted when it finds something to do; what it counts is counted in the transactions
 * that do it; a sign of life comes every few seconds from a thread of its own, so that a run that was killed is told from
 * one that works for long.
 */
@ApplicationScoped
class RunLog {
    /** A run that has given no sign of life for so long was broken off. */
    static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private static final Duration KEPT = Duration.ofDays(90);
    private static final int FORGOTTEN_AT_ONCE = 1_000;

    private final Map<UUID, Optional<InvoiceId>> underWay = new ConcurrentHashMap<>();
    private final String replica;
    private final Database database;
    private final Transactions transactions;
    private final InstantSource clock;

    RunLog(Database database, Transactions transactions, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
        this.replica = "%s/%d"
                .formatted(
                        Optional.ofNullable(System.getenv("HOSTNAME")).orElse("portal"),
                        ProcessHandle.current().pid());
    }

    /** What comes of looking at a period; PAID is counted by {@link Run#paid}. */
    enum Step {
        NONE(""),
        INVOICED("invoiced"),
        NOTHING_DUE("nothing_due"),
        IN_REVIEW("in_review"),
        PARKED("parked"),
        FAILED("failed"),
        PAID("paid");

        private final String column;

        Step(String column) {
            this.column = column;
        }
    }

    Run begin() {
        return new Run(Ids.next(clock));
    }

    /** A run under way; its workers may be several threads. */
    final class Run implements AutoCloseable {
        private final UUID id;
        private volatile boolean noted;

        private Run(UUID id) {
            this.id = id;
        }

        /** What it does from now on. */
        void at(InvoiceId period) {
            underWay.put(id, Optional.of(period));
            note();
        }

        /** In the transaction that did it. */
        void count(Step step) {
            note();
            database.update("UPDATE bill_run SET " + step.column + " = " + step.column + " + 1 WHERE id = ?", id);
        }

        /** Payments have transactions of their own: after them. */
        void paid(int invoices) {
            if (invoices > 0) {
                note();
                database.update("UPDATE bill_run SET paid = paid + ? WHERE id = ?", invoices, id);
            }
        }

        private void note() {
            if (!noted) {
                noteFirst();
            }
        }

        private synchronized void noteFirst() {
            if (!noted) {
                transactions.apart(() -> insert(id));
                noted = true;
            }
        }

        @Override
        public void close() {
            underWay.remove(id);
            if (noted) {
                database.update("UPDATE bill_run SET finished_at = ? WHERE id = ?", clock.instant(), id);
                database.update("DELETE FROM bill_run_beat WHERE bill_run_id = ?", id);
            }
        }
    }

    private void insert(UUID id) {
        database.update(
                "DELETE FROM bill_run WHERE started_at < ? LIMIT ?",
                clock.instant().minus(KEPT),
                FORGOTTEN_AT_ONCE);
        database.update(
                "INSERT INTO bill_run (id, replica, started_at) VALUES (?, ?, ?)", id, replica, clock.instant());
        database.update(
                "INSERT INTO bill_run_beat (bill_run_id, beat_at, period_id) VALUES (?, ?, ?)",
                id,
                clock.instant(),
                underWay.getOrDefault(id, Optional.empty()).map(InvoiceId::value));
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "${berth.billing.progress-every}",
            identity = "bill-run-beat",
            concurrentExecution = ConcurrentExecution.SKIP)
    void beat() {
        underWay.forEach((id, period) -> database.update(
                "UPDATE bill_run_beat SET beat_at = ?, period_id = ? WHERE bill_run_id = ?",
                clock.instant(),
                period.map(InvoiceId::value),
                id));
    }
}
