package dev.berth.vps;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.fleet.NodeService;
import dev.berth.network.AddressService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.platform.Signals;
import dev.berth.platform.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** What becomes of VPS whose node was declared gone for good. Everything here can be done again, by any replica. */
@ApplicationScoped
class LostServers {
    private static final int AT_ONCE = 200;
    private static final int MAX_ROUNDS = 100;

    private final Database database;
    private final Transactions transactions;
    private final NodeService nodes;
    private final Migrations migrations;
    private final Leftovers leftovers;
    private final StorageReports storage;
    private final AddressService addresses;
    private final Subscriptions subscriptions;
    private final Signals signals;
    private final AuditService audit;
    private final InstantSource clock;

    LostServers(
            Database database,
            Transactions transactions,
            NodeService nodes,
            Migrations migrations,
            Leftovers leftovers,
            StorageReports storage,
            AddressService addresses,
            Subscriptions subscriptions,
            Signals signals,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.nodes = nodes;
        this.migrations = migrations;
        this.leftovers = leftovers;
        this.storage = storage;
        this.addresses = addresses;
        this.subscriptions = subscriptions;
        this.signals = signals;
        this.audit = audit;
        this.clock = clock;
    }

    private record Lost(UUID id, UUID accountId, UUID planVersionId) {
        static Lost of(Row row) {
            return new Lost(row.uuid("id"), row.uuid("account_id"), row.uuid("plan_version_id"));
        }
    }

    @RunOnVirtualThread
    @Scheduled(every = "10s", identity = "lost-servers")
    void sweep() {
        database.list(
                        "SELECT node_id FROM node_death WHERE released_at IS NULL ORDER BY node_id LIMIT 1000",
                        row -> row.uuid("node_id"))
                .forEach(this::settle);
    }

    /** Moves from and to the node go where they still can, then what is left on it is lost. */
    void settle(UUID nodeId) {
        migrations.heard(nodeId);
        database.update(
                "DELETE FROM vps_stay WHERE node_id = ? AND NOT EXISTS (SELECT 1 FROM reading r FORCE INDEX (ix_reading_time)"
                        + " WHERE r.node_id = vps_stay.node_id AND r.context_id = vps_stay.vps_id)",
                nodeId);
        // no bill waits for a last reading that will not come
        database.update(
                "UPDATE vps_stay y SET y.generation = GREATEST(1, LEAST(y.generation, (SELECT MAX(r.generation)"
                        + " FROM reading r FORCE INDEX (ix_reading_time) WHERE r.node_id = y.node_id AND r.context_id = y.vps_id))) WHERE y.node_id = ?",
                nodeId);
        for (int round = 0; round < MAX_ROUNDS; round++) {
            if (transactions.run(() -> lose(nodeId)) < AT_ONCE) {
                return;
            }
        }
    }

    private int lose(UUID nodeId) {
        lock(nodeId);
        List<Lost> found = database.list(
                "SELECT v.id, v.account_id, v.plan_version_id FROM vps v WHERE v.node_id = ?"
                        + " AND v.observed_state <> 'GONE' AND NOT v.failure <=> ? AND NOT EXISTS"
                        + " (SELECT 1 FROM migration m WHERE m.open_vps_id = v.id) ORDER BY v.id LIMIT " + AT_ONCE,
                Lost::of,
                nodeId,
                PlainWords.NODE_LOST);
        found.forEach(vps -> lose(nodeId, vps.id()));
        found.forEach(vps -> trail("vps.lost", vps));
        return found.size();
    }

    private void lock(UUID nodeId) {
        database.one("SELECT id FROM node WHERE id = ? FOR UPDATE", row -> row.uuid("id"), nodeId);
    }

    private void lose(UUID nodeId, UUID id) {
        database.update(
                "UPDATE vps SET failure = ?, observed_state = 'STOPPED', version = version + 1 WHERE id = ?",
                PlainWords.NODE_LOST,
                id);
        database.update(
                "UPDATE operation SET state = 'FAILED', failure = ?, started_at = COALESCE(started_at, ?), finished_at = ?"
                        + " WHERE vps_id = ? AND finished_at IS NULL",
                PlainWords.NODE_LOST,
                clock.instant(),
                clock.instant(),
                id);
        subscriptions.endAtLastReading(nodeId, id);
        signals.raise(new OperationTopic(id));
    }

    private void trail(String action, Lost vps) {
        audit.record(
                Caller.system("lost-node"), Deed.of(action, "vps", vps.id()).account(vps.accountId()));
    }

    /** Called in a transaction. */
    void writeOff(UUID nodeId) {
        lock(nodeId);
        List<Lost> all = database.list(
                "SELECT v.id, v.account_id, v.plan_version_id FROM vps v WHERE v.node_id = ?"
                        + " AND v.observed_state <> 'GONE' ORDER BY v.id",
                Lost::of,
                nodeId);
        for (Lost vps : all) {
            subscriptions.endAtLastReading(nodeId, vps.id());
            addresses.release(vps.id());
            storage.gone(nodeId, vps.id());
            nodes.release(nodeId, leftovers.resources(vps.planVersionId()));
            database.update(
                    "UPDATE vps SET desired_state = 'DELETED', observed_state = 'GONE', deleted_at = ?, user_data = NULL,"
                            + " version = version + 1 WHERE id = ?",
                    clock.instant(),
                    vps.id());
        }
        leftovers.forget(nodeId);
        all.forEach(vps -> trail("vps.written-off", vps));
    }
}
