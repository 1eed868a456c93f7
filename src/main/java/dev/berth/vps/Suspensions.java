package dev.berth.vps;

import dev.berth.account.Tenancy;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.Vps.Suspension.Cause;
import dev.berth.vps.Vps.Suspension.How;
import dev.berth.vps.VpsService.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a VPS back, for a cause, and lets it go. Two causes may hold it at the same time: it is again what its owner wants when none
 * does. The history says from when to when, and is written in the transaction of the change.
 */
@ApplicationScoped
public class Suspensions {
    private static final int MAX_REASON = 500;
    private static final int LISTED = 200;

    /** What holds the VPS is derived from its open holds: staff's reason before the ladder's, a stop before a freeze. */
    private static final String DERIVED = "suspended_reason = (SELECT s.reason FROM vps_suspension s"
            + " WHERE s.vps_id = vps.id AND s.valid_to IS NULL ORDER BY s.cause = 'STAFF' DESC LIMIT 1),"
            + " suspended_at = (SELECT MIN(s.valid_from) FROM vps_suspension s WHERE s.vps_id = vps.id AND s.valid_to IS NULL),"
            + " suspended_how = (SELECT IF(SUM(s.how = 'STOP') > 0, 'STOP', MAX(s.how)) FROM vps_suspension s"
            + " WHERE s.vps_id = vps.id AND s.valid_to IS NULL),"
            + " suspended_cause = (SELECT IF(SUM(s.cause = 'STAFF') > 0, 'STAFF', MAX(s.cause)) FROM vps_suspension s"
            + " WHERE s.vps_id = vps.id AND s.valid_to IS NULL)";

    private final Database database;
    private final Transactions transactions;
    private final VpsService service;
    private final InstantSource clock;

    Suspensions(Database database, Transactions transactions, VpsService service, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.service = service;
        this.clock = clock;
    }

    /**
     * A stretch of time in which a VPS was held back.
     *
     * @param to empty while it goes on
     * @param begunBy whose deed it was, as in the trail
     */
    public record Held(
            Cause cause,
            How how,
            String reason,
            Instant from,
            Optional<Instant> to,
            String begunBy,
            Optional<String> endedBy) {
        static Held of(Row row) {
            return new Held(
                    row.constant("cause", Cause.class),
                    row.constant("how", How.class),
                    row.text("reason"),
                    row.instant("valid_from"),
                    row.optionalInstant("valid_to"),
                    row.text("begun_by"),
                    row.optionalText("ended_by"));
        }
    }

    /** Every hold there was, newest first; the caller has been checked. */
    public List<Held> history(UUID vpsId) {
        return database.list(
                "SELECT * FROM vps_suspension WHERE vps_id = ? ORDER BY valid_from DESC, id DESC LIMIT " + LISTED,
                Held::of,
                vpsId);
    }

    /** Staff: stops or freezes a VPS with a reason that its owner can read, until staff resume it. */
    public Operation suspend(Caller caller, UUID id, How how, @Nullable String reason) {
        String why = reason(caller, reason);
        return transactions.run(() -> {
            lock(id);
            if (open(id, Cause.STAFF).isPresent()) {
                throw Problem.conflict("suspended", "This VPS is suspended already.");
            }
            return begin(caller, id, Cause.STAFF, how, why);
        });
    }

    /** Staff: ends what staff began; what else holds it stays. */
    public Operation resume(Caller caller, UUID id, @Nullable String reason) {
        String why = reason(caller, reason);
        return transactions.run(() -> {
            lock(id);
            if (open(id, Cause.STAFF).isEmpty()) {
                throw open(id, Cause.OVERDUE).isPresent()
                        ? Problem.conflict(
                                "suspended-overdue",
                                "This VPS is held back because of an overdue invoice: give its account a promise to pay instead.")
                        : Problem.conflict("not-suspended", "This VPS is not suspended.");
            }
            return end(caller, id, Cause.STAFF, why);
        });
    }

    private static String reason(Caller caller, @Nullable String reason) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        String why = faults.text("reason", reason, MAX_REASON);
        faults.throwIfAny();
        return why;
    }

    /**
     * A rule's hold for {@link Cause#OVERDUE}. Done again it does nothing; another way ends the hold and begins the next.
     *
     * @return empty where it is held so already
     */
    public Optional<Operation> hold(Caller caller, UUID id, How how, String reason) {
        return transactions.run(() -> {
            lock(id);
            if (open(id, Cause.OVERDUE).filter(how::equals).isPresent()) {
                return Optional.<Operation>empty();
            }
            return Optional.of(begin(caller, id, Cause.OVERDUE, how, reason));
        });
    }

    /** @return empty where the rule does not hold it */
    public Optional<Operation> release(Caller caller, UUID id, String reason) {
        return transactions.run(() -> {
            lock(id);
            return open(id, Cause.OVERDUE).isEmpty()
                    ? Optional.<Operation>empty()
                    : Optional.of(end(caller, id, Cause.OVERDUE, reason));
        });
    }

    /** The node's row first, as everywhere: nobody else changes the VPS until the transaction ends. */
    private void lock(UUID id) {
        UUID node = service.byId(id).node().id();
        database.one("SELECT id FROM node WHERE id = ? FOR UPDATE", row -> row.uuid("id"), node);
    }

    private Optional<How> open(UUID id, Cause cause) {
        return database.one(
                "SELECT how FROM vps_suspension WHERE vps_id = ? AND cause = ? AND valid_to IS NULL FOR UPDATE",
                row -> row.constant("how", How.class),
                id,
                cause);
    }

    private Operation begin(Caller caller, UUID id, Cause cause, How how, String reason) {
        Wish wish = new Wish(Kind.SUSPEND, DERIVED, Optional.of(reason));
        return service.change(caller, id, wish, _ -> {
            close(caller, id, cause);
            database.update(
                    "INSERT INTO vps_suspension (id, vps_id, cause, how, reason, valid_from, begun_by)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    Ids.next(clock),
                    id,
                    cause,
                    how,
                    reason,
                    clock.instant(),
                    caller.subject());
        });
    }

    private Operation end(Caller caller, UUID id, Cause cause, String reason) {
        Cause other = cause == Cause.STAFF ? Cause.OVERDUE : Cause.STAFF;
        Kind kind = open(id, other).isPresent() ? Kind.SUSPEND : Kind.RESUME;
        Wish wish = new Wish(kind, DERIVED, Optional.of(reason));
        return service.change(caller, id, wish, _ -> close(caller, id, cause));
    }

    private void close(Caller caller, UUID id, Cause cause) {
        database.update(
                "UPDATE vps_suspension SET valid_to = GREATEST(?, valid_from), ended_by = ?"
                        + " WHERE vps_id = ? AND cause = ? AND valid_to IS NULL",
                clock.instant(),
                caller.subject(),
                id,
                cause);
    }
}
