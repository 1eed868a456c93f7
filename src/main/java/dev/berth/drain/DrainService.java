package dev.berth.drain;

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
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What staff ask of drains: to begin one, to see how far it is, to stop it. */
@ApplicationScoped
public class DrainService {
    public static final int MAX_AT_ONCE = 8;
    private static final int AT_ONCE = 2;
    private static final int MAX_TARGETS = 100;
    private static final int MAX_REASON = 400;
    private static final int LISTED = 50;
    private static final int LISTED_VPS = 1_000;

    private final Database database;
    private final Transactions transactions;
    private final NodeService nodes;
    private final Drains drains;
    private final AuditService audit;
    private final InstantSource clock;

    DrainService(
            Database database,
            Transactions transactions,
            NodeService nodes,
            Drains drains,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.nodes = nodes;
        this.drains = drains;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What is to be done.
     *
     * @param reason owners of the VPS can read it
     * @param targets ids or names of nodes that VPS may go to; every node that takes VPS where it is missing
     * @param atOnce how many VPS move at the same time, from 1 to 8; 2 where it is missing
     */
    public record NewDrain(
            @Nullable String reason,
            @Nullable List<@Nullable String> targets,
            @Nullable Integer atOnce) {}

    /** @param vps at most 1,000: those that move and those that cannot first */
    public record Report(Drain drain, List<DrainedVps> vps) {
        public Report {
            vps = List.copyOf(vps);
        }
    }

    /** Admin: no orders from now on, and what is on the node goes to others. */
    public Drain begin(Caller caller, UUID nodeId, NewDrain wanted) {
        if (!caller.has(Role.ADMIN)) {
            throw Problem.forbidden("This is for administrators.");
        }
        Node node = nodes.byId(nodeId);
        InputFaults faults = new InputFaults();
        String reason = faults.text("reason", wanted.reason(), MAX_REASON);
        int atOnce = Optional.ofNullable(wanted.atOnce()).orElse(AT_ONCE);
        faults.check(atOnce >= 1 && atOnce <= MAX_AT_ONCE, "atOnce", "must be from 1 to " + MAX_AT_ONCE);
        Set<UUID> targets = targets(faults, node, wanted);
        faults.throwIfAny();
        return transactions.run(() -> {
            UUID id = insert(caller, nodeId, reason, atOnce);
            targets.forEach(target ->
                    database.update("INSERT INTO drain_target (drain_id, node_id) VALUES (?, ?)", id, target));
            drains.collect(id, nodeId);
            nodes.take(caller, nodeId, Node.State.DRAINING);
            audit.record(caller, Deed.of("node.drain", "node", nodeId).because(reason));
            return byId(nodeId, id);
        });
    }

    private Set<UUID> targets(InputFaults faults, Node node, NewDrain wanted) {
        List<@Nullable String> named = Optional.ofNullable(wanted.targets()).orElse(List.of());
        Set<UUID> targets = new LinkedHashSet<>();
        if (!faults.check(named.size() <= MAX_TARGETS, "targets", "has more than %d nodes".formatted(MAX_TARGETS))) {
            return targets;
        }
        for (String name : named) {
            Optional<UUID> target =
                    Optional.ofNullable(name).flatMap(nodes::named).map(Node::id);
            faults.check(target.isPresent(), "targets", "%s names no node".formatted(name));
            target.ifPresent(targets::add);
        }
        faults.check(!targets.contains(node.id()), "targets", "has the node itself");
        return targets;
    }

    private UUID insert(Caller caller, UUID nodeId, String reason, int atOnce) {
        if (database.number("SELECT COUNT(*) AS n FROM drain WHERE open_node_id = ?", nodeId) > 0) {
            throw Problem.conflict("draining", "This node is being emptied already.");
        }
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO drain (id, node_id, state, at_once, reason, created_by, created_at)"
                        + " VALUES (?, ?, 'RUNNING', ?, ?, ?, ?)",
                id,
                nodeId,
                atOnce,
                reason,
                caller.subject(),
                clock.instant());
        return id;
    }

    /** Newest first. */
    public List<Drain> list(Caller caller, UUID nodeId) {
        Tenancy.requireStaff(caller);
        nodes.byId(nodeId);
        return database.list(Drain.SELECT + "x.node_id = ? ORDER BY x.id DESC LIMIT " + LISTED, Drain::of, nodeId);
    }

    public Report report(Caller caller, UUID nodeId, UUID id) {
        Tenancy.requireStaff(caller);
        return new Report(byId(nodeId, id), database.list(DrainedVps.SELECT, DrainedVps::of, id, LISTED_VPS));
    }

    /** What has not begun does not begin; what moves goes on. The node takes no orders still. */
    public Drain stop(Caller caller, UUID nodeId, UUID id) {
        Tenancy.requireStaff(caller);
        return transactions.run(() -> {
            byId(nodeId, id);
            if (!drains.stop(id)) {
                throw Problem.conflict("not-running", "This drain has ended or is being stopped.");
            }
            audit.record(caller, Deed.of("node.drain-stop", "node", nodeId));
            return byId(nodeId, id);
        });
    }

    private Drain byId(UUID nodeId, UUID id) {
        return database.one(Drain.SELECT + "x.node_id = ? AND x.id = ?", Drain::of, nodeId, id)
                .orElseThrow(() -> Problem.notFound("drain"));
    }
}
