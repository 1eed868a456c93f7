package dev.berth.dunning;

import dev.berth.dunning.Overdue.Unpaid;
import dev.berth.dunning.ladder.Debt;
import dev.berth.dunning.ladder.Deed;
import dev.berth.dunning.ladder.LadderStep;
import dev.berth.dunning.ladder.Situation;
import dev.berth.dunning.ladder.Situation.Progress;
import dev.berth.dunning.ladder.Situation.Reminder;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Row;
import dev.berth.units.InvoiceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Rows of cases. Methods that change something are called in a transaction that holds the case's row. */
@ApplicationScoped
class CaseStore {
    private static final int LISTED = 200;

    private final Database database;
    private final AnnouncedCharges charges;
    private final Overdue overdue;
    private final InstantSource clock;

    CaseStore(Database database, AnnouncedCharges charges, Overdue overdue, InstantSource clock) {
        this.database = database;
        this.charges = charges;
        this.overdue = overdue;
        this.clock = clock;
    }

    /** At most one open case of an account, however many replicas look. */
    void open(UUID account, UUID policy) {
        database.update(
                "INSERT IGNORE INTO dunning_case (id, account_id, policy_id, state, opened_at, next_look_at)"
                        + " VALUES (?, ?, ?, 'OPEN', ?, ?)",
                Ids.next(clock),
                account,
                policy,
                clock.instant(),
                clock.instant());
    }

    /** A case whose time to be looked at has come and that nobody else is looking at, locked. */
    Optional<UUID> lockDue() {
        return database.one(
                "SELECT id FROM dunning_case WHERE state IN ('OPEN', 'RESUMING') AND next_look_at <= ?"
                        + " ORDER BY next_look_at LIMIT 1 FOR UPDATE SKIP LOCKED",
                row -> row.uuid("id"),
                clock.instant());
    }

    /** This case, locked; empty when somebody else has it in hand. */
    Optional<DunningCase> lock(UUID id) {
        return database.one(
                        "SELECT id FROM dunning_case WHERE id = ? FOR UPDATE SKIP LOCKED", row -> row.uuid("id"), id)
                .map(this::byId);
    }

    DunningCase byId(UUID id) {
        return database.one(DunningCase.SELECT + "c.id = ?", DunningCase::of, id)
                .orElseThrow();
    }

    /** The account's newest case. */
    Optional<DunningCase> newest(UUID account) {
        return database.one(
                DunningCase.SELECT
                        + "c.account_id = ? ORDER BY c.state = 'OPEN' DESC, c.opened_at DESC, c.id DESC LIMIT 1",
                DunningCase::of,
                account);
    }

    void lookAgain(UUID id, Instant at, Optional<String> failure) {
        database.update(
                "UPDATE dunning_case SET next_look_at = ?, failure = ?, attempts = IF(? IS NULL, 0, LEAST(attempts + 1, 1000))"
                        + " WHERE id = ?",
                at,
                failure.map(text -> text.substring(0, Math.min(text.length(), 500))),
                failure,
                id);
    }

    long attempts(UUID id) {
        return database.number("SELECT attempts AS n FROM dunning_case WHERE id = ?", id);
    }

    Situation situation(DunningCase one, Pressing pressing) {
        return new Situation(
                pressing.unpaid().stream()
                        .map(u -> new Debt(u.invoice(), u.dueAt()))
                        .toList(),
                pressing.heldUntil(),
                reminded(pressing.unpaid()),
                progress(one.id()));
    }

    /**
     * What something is done about.
     *
     * @param overdue all that is
     * @param unpaid without what a card is charged for first, unless that is all there is
     * @param chargedFirst whether that is all there is
     * @param heldUntil until when nothing is done: of a hold, or of a charge that comes first
     */
    record Pressing(List<Unpaid> overdue, List<Unpaid> unpaid, boolean chargedFirst, Optional<Instant> heldUntil) {}

    /**
     * Without what a card is charged for first; if that is all there is, it waits as if it were held. Charges are read before what is
     * overdue: one that is made meanwhile has paid its invoice, or is still waited for.
     */
    Pressing pressing(DunningCase one, Instant now) {
        Optional<Instant> held = heldUntil(one.id());
        Map<InvoiceId, Instant> charged = charges.waitedFor(one.accountId(), held);
        List<Unpaid> all = overdue.of(one.accountId(), now);
        List<Unpaid> rest =
                all.stream().filter(u -> !charged.containsKey(u.invoice())).toList();
        if (!rest.isEmpty() || all.isEmpty()) {
            return new Pressing(all, rest, false, held);
        }
        Instant first = all.stream()
                .map(u -> charged.getOrDefault(u.invoice(), now))
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return new Pressing(all, all, true, held.filter(first::isBefore).or(() -> Optional.of(first)));
    }

    /** The last of its holds; also one that is over. */
    Optional<Instant> heldUntil(UUID id) {
        return database.one(
                        "SELECT MAX(held_until) AS held FROM dunning_hold WHERE case_id = ?",
                        row -> row.optionalInstant("held"),
                        id)
                .orElseThrow();
    }

    private Map<Reminder, Instant> reminded(List<Unpaid> unpaid) {
        Map<Reminder, Instant> sent = new HashMap<>();
        for (Unpaid one : unpaid) {
            database.list(
                            "SELECT number, sent_at FROM dunning_reminder WHERE invoice_id = ?",
                            row -> Map.entry((int) row.number("number"), row.instant("sent_at")),
                            one.invoice().value())
                    .forEach(entry -> sent.put(new Reminder(one.invoice(), entry.getKey()), entry.getValue()));
        }
        return sent;
    }

    private Map<LadderStep, Progress> progress(UUID id) {
        Map<LadderStep, Progress> progress = new HashMap<>();
        for (StepRow step : steps(id)) {
            progress.put(
                    step.step(), new Progress(step.invoice(), step.announcedAt(), step.announcedFor(), step.doneAt()));
        }
        return progress;
    }

    /**
     * A step of a case.
     *
     * @param invoice that it was announced for, with its label
     * @param readyAt when its time came
     * @param stopId the question to staff that it waits in or waited in
     * @param releasedBy who let it happen: the rule, or who of staff
     */
    record StepRow(
            UUID id,
            UUID caseId,
            LadderStep step,
            InvoiceId invoice,
            String label,
            Instant announcedAt,
            Instant announcedFor,
            Optional<Instant> readyAt,
            Optional<UUID> stopId,
            Optional<Instant> releasedAt,
            Optional<String> releasedBy,
            Optional<Instant> doneAt) {
        static final String SELECT =
                "SELECT s.*, i.label FROM dunning_step s JOIN invoice i ON i.id = s.invoice_id WHERE ";

        static StepRow of(Row row) {
            return new StepRow(
                    row.uuid("id"),
                    row.uuid("case_id"),
                    row.constant("step", LadderStep.class),
                    new InvoiceId(row.uuid("invoice_id")),
                    row.text("label"),
                    row.instant("announced_at"),
                    row.instant("announced_for"),
                    row.optionalInstant("ready_at"),
                    row.optionalUuid("stop_id"),
                    row.optionalInstant("released_at"),
                    row.optionalText("released_by"),
                    row.optionalInstant("done_at"));
        }
    }

    /** In the order of the ladder. */
    List<StepRow> steps(UUID caseId) {
        return database.list(
                StepRow.SELECT
                        + "s.case_id = ? ORDER BY FIELD(s.step, 'LIMIT', 'FREEZE', 'STOP', 'ARCHIVE', 'DELETE') LIMIT "
                        + LISTED,
                StepRow::of,
                caseId);
    }

    /** @return false where the invoice has had it: it is not sent again */
    boolean remind(UUID caseId, Deed.Remind deed) {
        return database.update(
                        "INSERT IGNORE INTO dunning_reminder (invoice_id, number, case_id, sent_at) VALUES (?, ?, ?, ?)",
                        deed.invoice().value(),
                        deed.number(),
                        caseId,
                        clock.instant())
                == 1;
    }

    /**
     * @param now that the decision was made with: the notice is counted from it
     * @return false where it was announced before
     */
    boolean announce(UUID caseId, Deed.Announce deed, Instant now) {
        return database.update(
                        "INSERT IGNORE INTO dunning_step (id, case_id, step, invoice_id, announced_at, announced_for)"
                                + " VALUES (?, ?, ?, ?, ?, ?)",
                        Ids.next(clock),
                        caseId,
                        deed.step(),
                        deed.cause().value(),
                        now,
                        deed.at())
                == 1;
    }

    /** As if it had never been announced, also where it was released; a question to staff that it waits in names it no more. */
    void withdraw(UUID stepId) {
        database.update("DELETE FROM dunning_step WHERE id = ? AND done_at IS NULL", stepId);
    }

    /** Its time has come: it waits for the gate. */
    void ready(UUID caseId, LadderStep step) {
        database.update(
                "UPDATE dunning_step SET ready_at = ? WHERE case_id = ? AND step = ? AND ready_at IS NULL",
                clock.instant(),
                caseId,
                step);
    }

    void done(UUID stepId) {
        database.update(
                "UPDATE dunning_step SET done_at = ? WHERE id = ? AND done_at IS NULL", clock.instant(), stepId);
    }

    void settled(UUID caseId) {
        database.update(
                "UPDATE dunning_case SET state = 'RESUMING', settled_at = ? WHERE id = ? AND state = 'OPEN'",
                clock.instant(),
                caseId);
    }

    /** What was promised or said of it holds for the account's open case from now on. */
    void handOver(UUID caseId, UUID account) {
        database.update(
                "UPDATE dunning_hold SET case_id = (SELECT id FROM dunning_case WHERE open_account_id = ?) WHERE case_id = ?",
                account,
                caseId);
    }

    void closed(UUID caseId) {
        database.update(
                "UPDATE dunning_case SET state = 'CLOSED', closed_at = ? WHERE id = ? AND state = 'RESUMING'",
                clock.instant(),
                caseId);
    }

    /** Whether anything was held back in a case. */
    boolean hurt(UUID caseId) {
        return database.number(
                        "SELECT (SELECT COUNT(*) FROM dunning_step WHERE case_id = ? AND done_at IS NOT NULL)"
                                + " + (SELECT COUNT(*) FROM dunning_effect WHERE case_id = ?) AS n",
                        caseId,
                        caseId)
                > 0;
    }

    void effect(UUID caseId, UUID vpsId, String step, Optional<UUID> operation) {
        database.update(
                "INSERT IGNORE INTO dunning_effect (case_id, vps_id, step, operation_id, at) VALUES (?, ?, ?, ?, ?)",
                caseId,
                vpsId,
                step,
                operation,
                clock.instant());
    }
}
