package dev.berth.vps;

import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Who owned a VPS on which plan, and when. A subscription ends with the evidence that nothing of the VPS is left, so that
 * its last readings have an owner; but no later than the deadline of its deletion, so that a dead node costs nobody
 * money.
 */
@ApplicationScoped
public class Subscriptions {
    private final Database database;
    private final InstantSource clock;

    Subscriptions(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Begins now, in the transaction of the order. */
    public void begin(UUID vpsId, UUID accountId, UUID planVersionId) {
        database.update(
                "INSERT INTO subscription (id, vps_id, account_id, plan_version_id, valid_from) VALUES (?, ?, ?, ?, ?)",
                Ids.next(clock),
                vpsId,
                accountId,
                planVersionId,
                clock.instant());
    }

    private record Open(UUID accountId, Instant begun) {}

    /** The open one ends, and the next one begins at the same instant, without what is paid at a beginning. */
    void goOn(UUID vpsId, UUID planVersionId) {
        Instant now = clock.instant();
        Open open = database.one(
                        "SELECT account_id, COALESCE(begun_at, valid_from) AS begun FROM subscription"
                                + " WHERE vps_id = ? AND valid_to IS NULL",
                        row -> new Open(row.uuid("account_id"), row.instant("begun")),
                        vpsId)
                .orElseThrow(() -> new IllegalStateException("VPS " + vpsId + " has no open subscription"));
        database.update("UPDATE subscription SET valid_to = ? WHERE vps_id = ? AND valid_to IS NULL", now, vpsId);
        database.update(
                "INSERT INTO subscription (id, vps_id, account_id, plan_version_id, valid_from, begun_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                Ids.next(clock),
                vpsId,
                open.accountId(),
                planVersionId,
                now,
                open.begun());
    }

    void end(UUID vpsId) {
        Instant now = clock.instant();
        database.update(
                "UPDATE subscription SET valid_to = LEAST(?, COALESCE((SELECT MIN(o.deadline_at) FROM operation o"
                        + " WHERE o.vps_id = ? AND o.kind = 'DELETE'), ?)) WHERE vps_id = ? AND valid_to IS NULL",
                now,
                vpsId,
                now,
                vpsId);
    }

    /** The node that it was on is gone for good: nothing is billed of what nobody measured. */
    void endAtLastReading(UUID nodeId, UUID vpsId) {
        database.update(
                "UPDATE subscription SET valid_to = GREATEST(valid_from, LEAST(?, COALESCE((SELECT MAX(x.at) FROM ("
                        + "SELECT MAX(r.effective_at) AS at FROM reading r FORCE INDEX (ix_reading_time) WHERE r.node_id = ? AND r.context_id = ?"
                        + " UNION ALL SELECT (SELECT MAX(r.effective_at) FROM reading r FORCE INDEX (ix_reading_time) WHERE r.node_id = y.node_id"
                        + " AND r.context_id = y.vps_id) FROM vps_stay y WHERE y.vps_id = ?) x), valid_from)))"
                        + " WHERE vps_id = ? AND valid_to IS NULL",
                clock.instant(),
                nodeId,
                vpsId,
                vpsId,
                vpsId);
    }

    @RunOnVirtualThread
    @Scheduled(every = "30s", identity = "subscription-ends")
    void overdue() {
        database.list(
                        "SELECT s.vps_id FROM subscription s JOIN operation o ON o.vps_id = s.vps_id"
                                + " WHERE s.valid_to IS NULL AND o.kind = 'DELETE' AND o.deadline_at < ? LIMIT 1000",
                        row -> row.uuid("vps_id"),
                        clock.instant())
                .forEach(this::end);
    }
}
