package dev.berth.metering.store;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.metering.store.Finding.Kind;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is odd about nodes' readings, told once for each kind and node until it is over or staff have looked at it. */
@ApplicationScoped
public class Findings {
    private static final int LISTED = 100;
    /** Characters of what is said of a finding. */
    public static final int LONGEST = 500;

    private final Database database;
    private final Transactions transactions;
    private final AuditService audit;
    private final InstantSource clock;

    Findings(Database database, Transactions transactions, AuditService audit, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
    }

    /** Seen again while it is open, it is counted. */
    public void seen(UUID nodeId, Kind kind, String detail) {
        Instant now = clock.instant();
        database.update(
                "INSERT INTO metering_finding (id, node_id, kind, first_seen_at, last_seen_at, detail)"
                        + " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE times = times + 1,"
                        + " last_seen_at = GREATEST(last_seen_at, VALUES(last_seen_at)), detail = VALUES(detail)",
                Ids.next(clock),
                nodeId,
                kind,
                now,
                now,
                detail.substring(0, Math.min(detail.length(), LONGEST)));
    }

    /** It went by itself. */
    void over(UUID nodeId, Kind kind, String why) {
        database.update(
                "UPDATE metering_finding SET resolved_at = ?, resolution = ? WHERE node_id = ? AND open_kind = ?",
                clock.instant(),
                why,
                nodeId,
                kind);
    }

    /** Of one node, newest first, at most a hundred. */
    public List<Finding> ofNode(Caller caller, UUID nodeId) {
        Tenancy.requireStaff(caller);
        return database.list(
                "SELECT " + Finding.COLUMNS + " FROM metering_finding WHERE node_id = ?"
                        + " ORDER BY first_seen_at DESC, id DESC LIMIT " + LISTED,
                Finding::of,
                nodeId);
    }

    /** @throws Problem 404 when the node has no such finding, 409 when it is not open */
    public Finding resolve(Caller caller, UUID nodeId, UUID id, @Nullable String reason) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        String because = faults.text("reason", reason, LONGEST);
        faults.throwIfAny();
        return transactions.run(() -> {
            find(nodeId, id);
            int changed = database.update(
                    "UPDATE metering_finding SET resolved_at = ?, resolution = ? WHERE id = ? AND resolved_at IS NULL",
                    clock.instant(),
                    because,
                    id);
            if (changed == 0) {
                throw Problem.conflict("finding-not-open", "This finding is no longer open.");
            }
            audit.record(
                    caller, Deed.of("metering-finding.resolve", "node", nodeId).because(because));
            return find(nodeId, id);
        });
    }

    private Finding find(UUID nodeId, UUID id) {
        return database.one(
                        "SELECT " + Finding.COLUMNS + " FROM metering_finding WHERE id = ? AND node_id = ?",
                        Finding::of,
                        id,
                        nodeId)
                .orElseThrow(() -> Problem.notFound("finding"));
    }
}
