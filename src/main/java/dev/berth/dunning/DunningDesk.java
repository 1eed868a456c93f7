package dev.berth.dunning;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.dunning.DunningService.Hold;
import dev.berth.dunning.ladder.LadderStep;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What staff see of all cases, and their answers where a run asked them. */
@ApplicationScoped
public class DunningDesk {
    private static final int MAX_REASON = 500;
    private static final int LISTED = 200;
    private static final int MAX_STEPS = 10_000;

    private final Database database;
    private final Transactions transactions;
    private final CaseStore cases;
    private final DunningService service;
    private final AuditService audit;
    private final InstantSource clock;

    DunningDesk(
            Database database,
            Transactions transactions,
            CaseStore cases,
            DunningService service,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.cases = cases;
        this.service = service;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * A question of a run to staff. Nothing of it happens before it is approved.
     *
     * @param kind BREAKER: too many accounts at once, or payments may be missing; DELETION: disks would be given up
     * @param state WAITING, APPROVED or REFUSED
     * @param steps how many wait in it
     */
    public record Stop(
            UUID id,
            String kind,
            String state,
            String cause,
            Instant openedAt,
            Optional<Instant> decidedAt,
            Optional<String> decidedBy,
            Optional<String> reason,
            long steps) {
        static final String SELECT = "SELECT x.*, (SELECT COUNT(*) FROM dunning_step s WHERE s.stop_id = x.id) AS steps"
                + " FROM dunning_stop x WHERE ";

        static Stop of(Row row) {
            return new Stop(
                    row.uuid("id"),
                    row.text("kind"),
                    row.text("state"),
                    row.text("cause"),
                    row.instant("opened_at"),
                    row.optionalInstant("decided_at"),
                    row.optionalText("decided_by"),
                    row.optionalText("reason"),
                    row.number("steps"));
        }

        public boolean waiting() {
            return state.equals("WAITING");
        }
    }

    /**
     * What would happen to an account.
     *
     * @param invoice that is overdue
     * @param servers how many VPS the account has
     */
    public record PlannedChange(
            UUID accountId, String accountName, LadderStep step, String invoice, Instant readyAt, long servers) {
        static PlannedChange of(Row row) {
            return new PlannedChange(
                    row.uuid("account_id"),
                    row.text("name"),
                    row.constant("step", LadderStep.class),
                    row.text("label"),
                    row.instant("ready_at"),
                    row.number("servers"));
        }
    }

    /** A question with all that would happen. */
    public record Asked(Stop stop, List<PlannedChange> changes) {
        public Asked {
            changes = List.copyOf(changes);
        }
    }

    /** Those that wait first, then the newest. */
    public List<Stop> stops(Caller caller) {
        Tenancy.requireStaff(caller);
        return database.list(
                Stop.SELECT + "TRUE ORDER BY x.waiting_kind IS NULL, x.opened_at DESC, x.id DESC LIMIT " + LISTED,
                Stop::of);
    }

    public Asked stop(Caller caller, UUID id) {
        Tenancy.requireStaff(caller);
        return new Asked(byId(id), changes(id));
    }

    private Stop byId(UUID id) {
        return database.one(Stop.SELECT + "x.id = ?", Stop::of, id).orElseThrow(() -> Problem.notFound("question"));
    }

    private List<PlannedChange> changes(UUID id) {
        return database.list(
                "SELECT c.account_id, a.name, s.step, i.label, s.ready_at, (SELECT COUNT(*) FROM vps v"
                        + " WHERE v.account_id = a.id AND v.observed_state <> 'GONE') AS servers FROM dunning_step s"
                        + " JOIN dunning_case c ON c.id = s.case_id JOIN account a ON a.id = c.account_id"
                        + " JOIN invoice i ON i.id = s.invoice_id WHERE s.stop_id = ? ORDER BY s.step, a.name, s.id LIMIT "
                        + MAX_STEPS,
                PlannedChange::of,
                id);
    }

    /**
     * Staff's answer.
     *
     * @param holdUntil when refused: until when nothing happens to these accounts
     */
    public record Answer(@Nullable String reason, @Nullable Instant holdUntil) {}

    /** All of it happens, but to those that have paid or are held by now. */
    public Stop approve(Caller caller, UUID id, Answer answer) {
        String reason = reason(caller, answer);
        return transactions.run(() -> {
            decide(caller, id, "APPROVED", reason);
            database.update(
                    "UPDATE dunning_step s JOIN dunning_case c ON c.id = s.case_id SET s.released_at = ?, s.released_by = ?"
                            + " WHERE s.stop_id = ? AND s.released_at IS NULL AND c.state = 'OPEN'",
                    clock.instant(),
                    caller.subject(),
                    id);
            audit.record(caller, Deed.of("dunning.approve", "dunning-stop", id).because(reason));
            return byId(id);
        });
    }

    /** Nothing of it happens; the accounts are held until a time, then the ladder looks at them again. */
    public Stop refuse(Caller caller, UUID id, Answer answer) {
        Tenancy.requireStaff(caller);
        Hold hold = service.checked(new Hold(answer.holdUntil(), answer.reason()));
        String reason = String.valueOf(hold.reason());
        return transactions.run(() -> {
            decide(caller, id, "REFUSED", reason);
            List<UUID> held = database.list(
                    "SELECT DISTINCT c.id FROM dunning_step s JOIN dunning_case c ON c.id = s.case_id"
                            + " WHERE s.stop_id = ? AND s.released_at IS NULL AND c.state = 'OPEN' ORDER BY c.id",
                    row -> row.uuid("id"),
                    id);
            held.forEach(one -> service.hold(caller, cases.byId(one), "STAFF", hold));
            database.update(
                    "UPDATE dunning_step SET stop_id = NULL, ready_at = NULL WHERE stop_id = ? AND released_at IS NULL",
                    id);
            audit.record(
                    caller,
                    Deed.of("dunning.refuse", "dunning-stop", id)
                            .because(reason)
                            .with("%d accounts are held until %s".formatted(held.size(), hold.until())));
            return byId(id);
        });
    }

    private static String reason(Caller caller, Answer answer) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        String reason = faults.text("reason", answer.reason(), MAX_REASON);
        faults.throwIfAny();
        return reason;
    }

    private void decide(Caller caller, UUID id, String state, String reason) {
        byId(id);
        int decided = database.update(
                "UPDATE dunning_stop SET state = ?, decided_at = ?, decided_by = ?, reason = ?"
                        + " WHERE id = ? AND state = 'WAITING'",
                state,
                clock.instant(),
                caller.subject(),
                reason,
                id);
        if (decided == 0) {
            throw Problem.conflict("decided", "Somebody has decided this already.");
        }
    }

    /**
     * An account with a case.
     *
     * @param inForce the step that holds its VPS back now
     * @param next the step that was announced and is not taken, with its date
     * @param failure why the last look did not do all it should
     */
    public record CaseLine(
            UUID id,
            UUID accountId,
            String accountName,
            String state,
            Instant openedAt,
            Optional<String> inForce,
            Optional<String> next,
            Optional<Instant> nextAt,
            Optional<Instant> heldUntil,
            Optional<String> failure) {
        /** For a page. */
        public String force() {
            return inForce.map(step -> step.toLowerCase(Locale.ROOT)).orElse("nothing");
        }

        /** For a page; empty for nothing. */
        public String coming() {
            return next.map(step -> step.toLowerCase(Locale.ROOT)).orElse("");
        }

        static CaseLine of(Row row) {
            return new CaseLine(
                    row.uuid("id"),
                    row.uuid("account_id"),
                    row.text("name"),
                    row.text("state"),
                    row.instant("opened_at"),
                    row.optionalText("in_force"),
                    row.optionalText("next_step"),
                    row.optionalInstant("next_at"),
                    row.optionalInstant("held_until"),
                    row.optionalText("failure"));
        }
    }

    /**
     * What is asked of the list.
     *
     * @param before only cases whose announced step is due before this
     */
    public record Query(Optional<UUID> accountId, Optional<Instant> before, boolean withClosed) {
        public static final Query OPEN = new Query(Optional.empty(), Optional.empty(), false);
    }

    /** Newest first. */
    public Page<CaseLine> list(Caller caller, Query query, Page.Ask ask) {
        Tenancy.requireStaff(caller);
        List<Object> values = new ArrayList<>();
        StringBuilder sql = new StringBuilder(
                "SELECT c.id, c.account_id, a.name, c.state, c.opened_at, c.failure, f.step AS in_force, n.step AS next_step,"
                        + " n.announced_for AS next_at, (SELECT MAX(h.held_until) FROM dunning_hold h WHERE h.case_id = c.id"
                        + " AND h.held_until > ?) AS held_until FROM dunning_case c JOIN account a ON a.id = c.account_id"
                        + " LEFT JOIN dunning_step f ON f.id = (SELECT x.id FROM dunning_step x WHERE x.case_id = c.id"
                        + " AND x.released_at IS NOT NULL ORDER BY x.released_at DESC, x.id DESC LIMIT 1)"
                        + " LEFT JOIN dunning_step n ON n.case_id = c.id AND n.released_at IS NULL WHERE TRUE");
        values.add(clock.instant());
        if (!query.withClosed()) {
            sql.append(" AND c.state <> 'CLOSED'");
        }
        query.accountId().ifPresent(id -> {
            sql.append(" AND c.account_id = ?");
            values.add(id);
        });
        query.before().ifPresent(at -> {
            sql.append(" AND c.state = 'OPEN' AND n.announced_for < ?");
            values.add(at);
        });
        ask.before().ifPresent(id -> {
            sql.append(" AND c.id < ?");
            values.add(id);
        });
        sql.append(" ORDER BY c.id DESC LIMIT ?");
        values.add(ask.fetch());
        return Page.of(database.list(sql.toString(), CaseLine::of, values.toArray()), ask, CaseLine::id);
    }
}
