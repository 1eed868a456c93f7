package dev.berth.vps;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.VpsService.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** What staff ask of moves: to begin one, to give one up, to see them. */
@ApplicationScoped
public class MigrationService {
    private static final int LISTED = 200;

    private final Database database;
    private final Transactions transactions;
    private final VpsService service;
    private final OperationService operations;
    private final NodeService nodes;
    private final MigrationGuard guard;
    private final Migrations migrations;
    private final AuditService audit;
    private final InstantSource clock;
    private final Duration deadline;

    MigrationService(
            Database database,
            Transactions transactions,
            VpsService service,
            OperationService operations,
            NodeService nodes,
            MigrationGuard guard,
            Migrations migrations,
            AuditService audit,
            InstantSource clock,
            @ConfigProperty(name = "berth.migration.deadline") Duration deadline) {
        this.database = database;
        this.transactions = transactions;
        this.service = service;
        this.operations = operations;
        this.nodes = nodes;
        this.guard = guard;
        this.migrations = migrations;
        this.audit = audit;
        this.clock = clock;
        this.deadline = deadline;
    }

    /** A move that has begun, and its operation. */
    public record Begun(VpsMigration migration, Operation operation) {}

    /**
     * Stops a VPS, brings it to another node with its addresses, and starts it there if it is to run.
     *
     * @param node id or name of the one it is to go to
     */
    public Begun begin(Caller caller, UUID vpsId, @Nullable String node, @Nullable String reason) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        Optional<UUID> target = nodes.named(node == null ? "" : node.trim()).map(Node::id);
        faults.check(target.isPresent(), "node", "names no node");
        String why = faults.text("reason", reason, 500);
        faults.throwIfAny();
        return transactions.run(() -> begin(caller, vpsId, target.orElseThrow(), why));
    }

    private Begun begin(Caller caller, UUID vpsId, UUID target, String why) {
        UUID source = service.byId(vpsId).node().id();
        Wish wish = new Wish(Kind.MIGRATE, "hostname = hostname", Optional.of(why));
        Operation operation = service.change(caller, vpsId, wish, vps -> guard.reserve(vps, target));
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO migration (id, vps_id, source_node_id, target_node_id, state, source_generation, reason,"
                        + " created_by, created_at) VALUES (?, ?, ?, ?, 'COPYING', ?, ?, ?, ?)",
                id,
                vpsId,
                source,
                target,
                operation.generation(),
                why,
                caller.subject(),
                operation.createdAt());
        database.update(
                "UPDATE operation SET deadline_at = ? WHERE id = ?",
                operation.createdAt().plus(deadline),
                operation.id());
        return new Begun(byId(vpsId, id), operations.get(caller, operation.id()));
    }

    /** Newest first. */
    public List<VpsMigration> list(Caller caller, UUID vpsId) {
        Tenancy.requireStaff(caller);
        service.byId(vpsId);
        return database.list(
                VpsMigration.SELECT + "m.vps_id = ? ORDER BY m.id DESC LIMIT " + LISTED, VpsMigration::of, vpsId);
    }

    /** Back to where it was, unless it runs on its target already. */
    public VpsMigration giveUp(Caller caller, UUID vpsId, UUID id, @Nullable String reason) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        String why = faults.text("reason", reason, 500);
        faults.throwIfAny();
        return transactions.run(() -> {
            byId(vpsId, id);
            if (!migrations.giveUp(id, why)) {
                throw Problem.conflict(
                        "not-to-be-stopped",
                        "This VPS runs on the other node, or its move has ended, or is going back.");
            }
            audit.record(
                    caller,
                    Deed.of("vps.migrate-back", "vps", vpsId)
                            .account(service.byId(vpsId).accountId())
                            .because(why));
            return byId(vpsId, id);
        });
    }

    private VpsMigration byId(UUID vpsId, UUID id) {
        return database.one(VpsMigration.SELECT + "m.vps_id = ? AND m.id = ?", VpsMigration::of, vpsId, id)
                .orElseThrow(() -> Problem.notFound("migration"));
    }
}
