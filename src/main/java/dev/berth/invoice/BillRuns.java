package dev.berth.invoice;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** How far billing is, for staff: what waits, what is being done by which replica, and what earlier runs did. */
@ApplicationScoped
public class BillRuns {
    private static final int SHOWN = 50;

    private final Database database;
    private final PeriodStore periods;
    private final AuditService audit;
    private final Transactions transactions;
    private final InstantSource clock;

    BillRuns(
            Database database,
            PeriodStore periods,
            AuditService audit,
            Transactions transactions,
            InstantSource clock) {
        this.database = database;
        this.periods = periods;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * How far billing is.
     *
     * @param due periods that a run would look at now
     * @param parked that wait for measurements or staff
     * @param failed those of the parked ones that could not be computed
     * @param inReview that wait for staff's approval
     */
    public record Standing(long due, long parked, long failed, long inReview, List<Run> runs) {
        public Standing {
            runs = List.copyOf(runs);
        }
    }

    /** BROKEN_OFF: it neither ended nor gave a sign of life since. What it was at is as if it had not begun. */
    public enum State {
        RUNNING,
        FINISHED,
        BROKEN_OFF
    }

    /** How many periods and payments. */
    public record Counts(long invoiced, long nothingDue, long inReview, long parked, long failed, long paid) {}

    /** The period that a run is at. */
    public record At(InvoiceId period, AccountId account) {}

    /**
     * A run of one replica.
     *
     * @param seenAt its last sign of life
     * @param at what it was at then
     */
    public record Run(
            UUID id,
            String replica,
            State state,
            Instant startedAt,
            Instant seenAt,
            Optional<Instant> finishedAt,
            Counts counts,
            Optional<At> at) {}

    /** Runs newest first. */
    public Standing standing(Caller caller) {
        Tenancy.requireStaff(caller);
        Instant now = clock.instant();
        return database.one(
                        "SELECT CAST(COALESCE(SUM(next_attempt_at <= ? AND period_to <= ?), 0) AS SIGNED) AS due,"
                                + " CAST(COALESCE(SUM(state = 'PARKED'), 0) AS SIGNED) AS parked,"
                                + " CAST(COALESCE(SUM(failed), 0) AS SIGNED) AS failed,"
                                + " CAST(COALESCE(SUM(state = 'REVIEW'), 0) AS SIGNED) AS in_review"
                                + " FROM billing_period WHERE state IN ('OPEN', 'PARKED', 'REVIEW')",
                        row -> new Standing(
                                row.number("due"),
                                row.number("parked"),
                                row.number("failed"),
                                row.number("in_review"),
                                runs(now)),
                        now,
                        now)
                .orElseThrow();
    }

    private List<Run> runs(Instant now) {
        return database.list(
                "SELECT r.id, r.replica, r.started_at, r.finished_at, r.invoiced, r.nothing_due, r.in_review, r.parked,"
                        + " r.failed, r.paid, b.beat_at, p.id AS period_id, p.account_id FROM bill_run r"
                        + " LEFT JOIN bill_run_beat b ON b.bill_run_id = r.id"
                        + " LEFT JOIN billing_period p ON p.id = b.period_id ORDER BY r.id DESC LIMIT ?",
                row -> run(row, now),
                SHOWN);
    }

    private static Run run(Row row, Instant now) {
        Optional<Instant> finished = row.optionalInstant("finished_at");
        Instant seen = finished.or(() -> row.optionalInstant("beat_at")).orElseGet(() -> row.instant("started_at"));
        boolean silent = seen.isBefore(now.minus(RunLog.LONGEST_SILENCE));
        State unfinished = silent ? State.BROKEN_OFF : State.RUNNING;
        return new Run(
                row.uuid("id"),
                row.text("replica"),
                finished.isPresent() ? State.FINISHED : unfinished,
                row.instant("started_at"),
                seen,
                finished,
                new Counts(
                        row.number("invoiced"),
                        row.number("nothing_due"),
                        row.number("in_review"),
                        row.number("parked"),
                        row.number("failed"),
                        row.number("paid")),
                row.optionalUuid("period_id")
                        .map(id -> new At(new InvoiceId(id), new AccountId(row.uuid("account_id")))));
    }

    /**
     * The next run looks at a parked period at once, instead of when its turn comes.
     *
     * @throws Problem 409 when it is not parked
     */
    public void retry(Caller caller, UUID id) {
        Tenancy.requireStaff(caller);
        transactions.run(() -> {
            DuePeriod due = periods.find(new InvoiceId(id)).orElseThrow(() -> Problem.notFound("billing period"));
            if (!periods.retry(due.id())) {
                throw Problem.conflict("not-parked", "Only a parked period can be tried again.");
            }
            audit.record(
                    caller,
                    Deed.of("billing-period.retry", "billing-period", id)
                            .account(due.account().value())
                            .with(due.reason().orElse("")));
        });
    }

    /** The same for every parked period. @return how many */
    public int retryAll(Caller caller) {
        Tenancy.requireStaff(caller);
        return transactions.run(() -> {
            int tried = periods.retryAll();
            audit.record(
                    caller,
                    Deed.of("billing-period.retry-all", "billing-period", "all").with(tried + " parked"));
            return tried;
        });
    }
}
