package dev.berth.dunning;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.dunning.CaseStore.Pressing;
import dev.berth.dunning.CaseStore.StepRow;
import dev.berth.dunning.DunningView.Bill;
import dev.berth.dunning.DunningView.Entry;
import dev.berth.dunning.DunningView.Notice;
import dev.berth.dunning.Overdue.Unpaid;
import dev.berth.dunning.ladder.Ladder;
import dev.berth.dunning.ladder.Ladder.Planned;
import dev.berth.dunning.ladder.LadderStep;
import dev.berth.dunning.ladder.Situation;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.Amount;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What customers see of their case, and holds: their promise to pay, and staff's word. */
@ApplicationScoped
public class DunningService {
    private static final int MAX_REASON = 500;
    private static final Duration LONGEST_STAFF_HOLD = Duration.ofDays(90);
    private static final int NOTICES = 50;

    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final CaseStore cases;
    private final Notices notices;
    private final Overdue overdue;
    private final DunningSettings settings;
    private final AuditService audit;
    private final InstantSource clock;

    DunningService(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            CaseStore cases,
            Notices notices,
            Overdue overdue,
            DunningSettings settings,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.cases = cases;
        this.notices = notices;
        this.overdue = overdue;
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    /** What happens next. */
    public DunningView view(Caller caller, UUID account) {
        tenancy.requireSee(caller, account, "account");
        Optional<DunningCase> found = cases.newest(account).filter(one -> one.state() != DunningCase.State.CLOSED);
        return found.map(this::view).orElseGet(() -> DunningView.none(account, notices(account)));
    }

    private DunningView view(DunningCase one) {
        Instant now = clock.instant();
        Pressing pressing = cases.pressing(one, now);
        List<Unpaid> unpaid = pressing.overdue();
        Situation situation = cases.situation(one, pressing);
        List<StepRow> rows = cases.steps(one.id());
        boolean overdueStill = one.open() && !unpaid.isEmpty();
        return new DunningView(
                one.accountId(),
                overdueStill ? DunningView.Phase.OPEN : DunningView.Phase.RESUMING,
                unpaid.stream().map(DunningService::bill).toList(),
                rows.stream()
                        .filter(row -> row.releasedAt().isPresent())
                        .map(StepRow::step)
                        .max(Comparator.naturalOrder()),
                situation.heldUntil().filter(until -> until.isAfter(now)),
                overdueStill && !promised(one.id()) ? Optional.of(now.plus(promiseDays())) : Optional.empty(),
                entries(one, situation, rows, now),
                notices(one.accountId()));
    }

    /** Whether a step that hurts is in force: nothing new is sold to the account. */
    public boolean heldBack(UUID account) {
        return database.number(
                        "SELECT COUNT(*) AS n FROM dunning_case c JOIN dunning_step s ON s.case_id = c.id"
                                + " WHERE c.open_account_id = ? AND s.released_at IS NOT NULL",
                        account)
                > 0;
    }

    /** Until when nothing is done about what an account owes: it promised to pay, or staff said so. Empty: nothing waits. */
    public Optional<Instant> heldUntil(UUID account) {
        Instant now = clock.instant();
        return cases.newest(account)
                .filter(DunningCase::open)
                .flatMap(one -> cases.heldUntil(one.id()))
                .filter(until -> until.isAfter(now));
    }

    private static Bill bill(Unpaid one) {
        return new Bill(one.invoice().value(), one.label(), one.dueAt(), Amount.of(one.open()));
    }

    private List<Entry> entries(DunningCase one, Situation situation, List<StepRow> rows, Instant now) {
        List<Entry> entries = new ArrayList<>(reminders(one.id()));
        rows.stream()
                .filter(row -> row.releasedAt().isPresent())
                .map(DunningService::taken)
                .forEach(entries::add);
        if (one.open()) {
            for (Planned planned : Ladder.foreseen(one.policy(), situation, now)) {
                Optional<StepRow> row = rows.stream()
                        .filter(r -> r.step() == planned.rung().step())
                        .findFirst();
                if (row.flatMap(StepRow::releasedAt).isEmpty()) {
                    entries.add(planned(planned, row));
                }
            }
        }
        return entries;
    }

    private List<Entry> reminders(UUID caseId) {
        return database.list(
                "SELECT r.number, r.sent_at, i.label FROM dunning_reminder r JOIN invoice i ON i.id = r.invoice_id"
                        + " WHERE r.case_id = ? ORDER BY r.sent_at, r.number LIMIT 200",
                row -> new Entry(
                        LadderStep.REMIND,
                        (int) row.number("number"),
                        Letters.means(LadderStep.REMIND),
                        row.instant("sent_at"),
                        Optional.empty(),
                        false,
                        row.optionalInstant("sent_at"),
                        row.optionalText("label"),
                        Optional.of(Look.SYSTEM.subject())),
                caseId);
    }

    private static Entry taken(StepRow row) {
        return new Entry(
                row.step(),
                1,
                Letters.means(row.step()),
                row.releasedAt().orElse(row.announcedFor()),
                Optional.of(row.announcedAt()),
                false,
                row.doneAt(),
                Optional.of(row.label()),
                row.releasedBy());
    }

    private static Entry planned(Planned planned, Optional<StepRow> row) {
        return new Entry(
                planned.rung().step(),
                planned.rung().number(),
                Letters.means(planned.rung().step()),
                planned.at(),
                row.map(StepRow::announcedAt),
                row.flatMap(StepRow::readyAt).isPresent(),
                Optional.empty(),
                row.map(StepRow::label),
                Optional.empty());
    }

    private List<Notice> notices(UUID account) {
        return database.list(
                "SELECT created_at, subject, body FROM dunning_notice WHERE account_id = ? ORDER BY id DESC LIMIT "
                        + NOTICES,
                row -> new Notice(row.instant("created_at"), row.text("subject"), row.text("body")),
                account);
    }

    private boolean promised(UUID caseId) {
        return database.number("SELECT COUNT(*) AS n FROM dunning_hold WHERE promise_case_id = ?", caseId) > 0;
    }

    private Duration promiseDays() {
        return Duration.ofDays(settings.promiseDays());
    }

    /**
     * @param until when it will be paid; the longest that is allowed where it is missing
     * @param reason staff can read it
     */
    public record Promise(@Nullable Instant until, @Nullable String reason) {}

    /**
     * Nothing happens until then; once in a case.
     *
     * @throws Problem 409 when nothing is overdue or it was promised before
     */
    public DunningView promise(Caller caller, UUID account, Promise wanted) {
        tenancy.requireChange(caller, account, "account");
        Instant now = clock.instant();
        Instant last = now.plus(promiseDays());
        InputFaults faults = new InputFaults();
        Instant until = Optional.ofNullable(wanted.until()).orElse(last);
        faults.check(
                until.isAfter(now) && !until.isAfter(last),
                "until",
                "must be within %d days from now".formatted(settings.promiseDays()));
        String reason = faults.optionalText("reason", wanted.reason(), MAX_REASON);
        faults.throwIfAny();
        return transactions.run(() -> {
            DunningCase one = lockOpen(account);
            List<Unpaid> unpaid = overdue.of(account, now);
            if (unpaid.isEmpty()) {
                throw notOverdue();
            }
            if (promised(one.id())) {
                throw Problem.conflict(
                        "promised", "This account has promised before: write to us, or pay what is open.");
            }
            hold(caller, one, "PROMISE", new Hold(until, reason.isEmpty() ? "The customer promised to pay." : reason));
            notices.tell(one, letters -> letters.promised(until, unpaid));
            audit.record(
                    caller, Look.entry(one, "dunning.promise", Letters.reason(unpaid.getFirst()), "until " + until));
            return view(one);
        });
    }

    /** Staff: nothing happens until then, at most 90 days from now, with a reason. */
    public record Hold(@Nullable Instant until, @Nullable String reason) {}

    /** Staff: as often as they like. */
    public DunningView hold(Caller caller, UUID account, Hold wanted) {
        Tenancy.requireStaff(caller);
        Hold checked = checked(wanted);
        return transactions.run(() -> {
            DunningCase one = lockOpen(account);
            hold(caller, one, "STAFF", checked);
            audit.record(
                    caller,
                    Deed.of("dunning.hold", "account", account)
                            .account(account)
                            .because(String.valueOf(checked.reason()))
                            .with("until " + checked.until()));
            return view(one);
        });
    }

    Hold checked(Hold wanted) {
        Instant now = clock.instant();
        InputFaults faults = new InputFaults();
        String reason = faults.text("reason", wanted.reason(), MAX_REASON);
        Instant until = Optional.ofNullable(wanted.until()).orElse(now);
        faults.check(
                until.isAfter(now) && !until.isAfter(now.plus(LONGEST_STAFF_HOLD)),
                "until",
                "must be within %d days from now".formatted(LONGEST_STAFF_HOLD.toDays()));
        faults.throwIfAny();
        return new Hold(until, reason);
    }

    void hold(Caller caller, DunningCase one, String kind, Hold hold) {
        database.update(
                "INSERT INTO dunning_hold (id, case_id, kind, held_until, reason, created_by, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                Ids.next(clock),
                one.id(),
                kind,
                hold.until(),
                hold.reason(),
                caller.subject(),
                clock.instant());
    }

    private DunningCase lockOpen(UUID account) {
        return database.one(
                        "SELECT id FROM dunning_case WHERE open_account_id = ? FOR UPDATE",
                        row -> row.uuid("id"),
                        account)
                .map(cases::byId)
                .orElseThrow(DunningService::notOverdue);
    }

    private static Problem notOverdue() {
        return Problem.conflict("not-overdue", "Nothing of this account is overdue.");
    }
}
