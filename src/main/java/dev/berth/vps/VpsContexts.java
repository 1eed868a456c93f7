package dev.berth.vps;

import dev.berth.catalog.Plan.Limits;
import dev.berth.contract.ContextSpec;
import dev.berth.contract.Life;
import dev.berth.contract.NetworkSpec;
import dev.berth.contract.Observed;
import dev.berth.contract.UserData;
import dev.berth.fleet.NodeContexts;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.vps.Vps.Suspension.How;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes specs of VPS for their node, and takes the node's answers. */
@ApplicationScoped
class VpsContexts implements NodeContexts {
    /** One statement, so that revision and specs are of one moment: absence from a full list means something. */
    private static final String CHANGED =
            "SELECT n.desired_revision, w.id, w.generation, w.tombstone, w.migration_id, w.role, v.desired_state,"
                    + " v.suspended_how, v.start_priority, v.features, r.digest AS rescue_digest, v.restarts, v.hostname, v.password_resets, v.password_hash, v.user_data, i.digest, pv.cpu_baseline_milli,"
                    + " pv.cpu_ceiling_milli, pv.cpu_bank_millis, pv.memory_bytes, pv.processes, pv.disk_bytes, pv.disk_inodes,"
                    + FinerLimits.COLUMNS
                    + Snapshots.COLUMNS
                    + LimitOverrides.COLUMNS
                    + " (SELECT GROUP_CONCAT(ip.address ORDER BY INSTR(ip.address, ':') > 0, COALESCE(ia.id, ip.id) SEPARATOR ' ') FROM ip_address ip LEFT JOIN ip_assignment ia ON ia.open_address_id = ip.id"
                    + " WHERE ip.vps_id = v.id) AS addresses"
                    + " FROM node n LEFT JOIN (" + MovingSpecs.WANTED + ") w ON TRUE"
                    + " LEFT JOIN vps v ON v.id = w.id LEFT JOIN image i ON i.id = w.image_id"
                    + " LEFT JOIN image r ON r.id = v.rescue_image_id"
                    + " LEFT JOIN plan_version pv ON pv.id = w.plan_version_id"
                    + LimitOverrides.JOIN
                    + " WHERE n.id = ? ORDER BY w.revision LIMIT " + (Observed.MAX_CONTEXTS + 1);

    private final Database database;
    private final Transactions transactions;
    private final NodeService nodes;
    private final Reports reports;
    private final Firewalls firewalls;
    private final Migrations migrations;

    VpsContexts(
            Database database,
            Transactions transactions,
            NodeService nodes,
            Reports reports,
            Firewalls firewalls,
            Migrations migrations) {
        this.firewalls = firewalls;
        this.migrations = migrations;
        this.database = database;
        this.transactions = transactions;
        this.nodes = nodes;
        this.reports = reports;
    }

    private record Found(long revision, Optional<ContextSpec> spec) {}

    @Override
    public Changes changedAfter(UUID nodeId, long revision) {
        List<Found> found = database.list(CHANGED, this::found, nodeId, revision, nodeId, revision, nodeId);
        if (found.size() > Observed.MAX_CONTEXTS) {
            throw new IllegalStateException("node %s has more contexts than fit an answer".formatted(nodeId));
        }
        long newest = found.stream().mapToLong(Found::revision).max().orElse(0);
        return new Changes(
                newest, found.stream().flatMap(f -> f.spec().stream()).toList());
    }

    private Found found(Row row) {
        return new Found(row.number("desired_revision"), row.optionalUuid("id").map(id -> spec(row, id)));
    }

    private ContextSpec spec(Row row, UUID id) {
        if (row.flag("tombstone")) {
            return MovingSpecs.tombstone(row, id, limits(row));
        }
        ContextSpec spec = new ContextSpec(
                id.toString(),
                row.number("generation"),
                state(row),
                row.number("restarts"),
                row.text("hostname"),
                row.text("digest"),
                Vps.words(row.optionalText("addresses")),
                VpsLife.keys(database, id),
                LimitOverrides.apply(row, limits(row)),
                network(row, id),
                life(row),
                Snapshots.spec(row),
                VpsBoot.of(row));
        return MovingSpecs.migration(row).map(spec::withMigration).orElse(spec);
    }

    private static ContextSpec.Limits limits(Row row) {
        Limits limits = Vps.limits(row);
        return new ContextSpec.Limits(
                limits.cpuBaselineMilli(),
                limits.cpuCeilingMilli(),
                limits.cpuBankMillis(),
                limits.memoryBytes(),
                limits.processes(),
                limits.diskBytes(),
                limits.diskInodes(),
                FinerLimits.cpu(row),
                FinerLimits.memory(row),
                FinerLimits.io(row));
    }

    private Optional<NetworkSpec> network(Row row, UUID id) {
        NetworkSpec network = new NetworkSpec(
                LimitOverrides.apply(row, FinerLimits.rates(row)),
                firewalls.find(id),
                Optional.empty(),
                FinerLimits.volumeCap(row));
        return network.equals(NetworkSpec.PLAIN) ? Optional.empty() : Optional.of(network);
    }

    private static Optional<Life> life(Row row) {
        long resets = row.number("password_resets");
        Optional<UserData> userData = row.optionalText("user_data").map(UserData::new);
        return resets == 0 && userData.isEmpty()
                ? Optional.empty()
                : Optional.of(new Life(resets, row.optionalText("password_hash"), userData));
    }

    private static ContextSpec.DesiredState state(Row row) {
        Optional<How> suspended = row.optionalText("suspended_how").map(How::valueOf);
        return switch (row.constant("desired_state", Vps.DesiredState.class)) {
            case DELETED -> ContextSpec.DesiredState.DELETED;
            case RUNNING -> suspended.map(VpsContexts::held).orElse(ContextSpec.DesiredState.RUNNING);
            case STOPPED ->
                suspended.map(_ -> ContextSpec.DesiredState.SUSPENDED).orElse(ContextSpec.DesiredState.STOPPED);
        };
    }

    private static ContextSpec.DesiredState held(How how) {
        return switch (how) {
            case STOP -> ContextSpec.DesiredState.SUSPENDED;
            case FREEZE -> ContextSpec.DesiredState.FROZEN;
        };
    }

    @Override
    public void observed(UUID nodeId, Observed observed) {
        transactions.run(() -> {
            if (nodes.heard(nodeId, observed)) {
                reports.take(nodeId, observed);
            }
        });
        migrations.heard(nodeId);
    }
}
