package dev.berth.vps;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that an administrator declares gone for good. Whoever does so has fenced the machine: it is off, or off the network. The portal never concludes
 * that by itself, because a node that is merely silent goes on serving.
 */
@ApplicationScoped
public class NodeDeaths {
    private static final int LISTED = 1_000;

    private final Database database;
    private final Transactions transactions;
    private final NodeService nodes;
    private final LostServers lost;
    private final AuditService audit;
    private final InstantSource clock;

    NodeDeaths(
            Database database,
            Transactions transactions,
            NodeService nodes,
            LostServers lost,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.nodes = nodes;
        this.lost = lost;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What an administrator says of a node.
     *
     * @param name the node's, typed to be sure that it is this one
     */
    public record Statement(@Nullable String name, @Nullable String reason) {}

    /** From now on it is refused. What follows for its VPS is begun by {@link #settle}, and by every replica now and then. */
    public NodeDeath declare(Caller caller, UUID id, Statement statement) {
        Node node = nodes.byId(id);
        String why = checked(caller, node, statement);
        if (node.heardSince(clock.instant())) {
            throw Problem.conflict(
                    "node-alive",
                    "%s was heard of less than a minute ago, so it is not gone: switch it off first."
                            .formatted(node.name()));
        }
        return transactions.run(() -> {
            nodes.retire(id);
            int made = database.update(
                    "INSERT IGNORE INTO node_death (node_id, reason, declared_by, declared_at) VALUES (?, ?, ?, ?)",
                    id,
                    why,
                    caller.subject(),
                    clock.instant());
            if (made == 0) {
                throw Problem.conflict("dead", "This node was declared gone for good before.");
            }
            audit.record(caller, Deed.of("node.death", "node", id).because(why));
            return find(id).orElseThrow();
        });
    }

    private static String checked(Caller caller, Node node, Statement statement) {
        if (!caller.has(Role.ADMIN)) {
            throw Problem.forbidden("This is for administrators.");
        }
        InputFaults faults = new InputFaults();
        String name = faults.text("name", statement.name(), 63);
        faults.check(name.equals(node.name()), "name", "must be the node's: " + node.name());
        String why = faults.text("reason", statement.reason(), 500);
        faults.throwIfAny();
        return why;
    }

    /** Does now what is to be done after a death, as far as it can be; not within a transaction. */
    public void settle(UUID id) {
        lost.settle(id);
    }

    /** What was on it is written off: addresses go to quarantine, and room is nobody's any more. */
    public NodeDeath release(Caller caller, UUID id, Statement statement) {
        String why = checked(caller, nodes.byId(id), statement);
        return transactions.run(() -> {
            NodeDeath death = find(id).orElseThrow(() -> Problem.conflict("alive", "This node was not declared gone."));
            if (death.releasedAt().isPresent()) {
                throw Problem.conflict("released", "This was done before.");
            }
            if (death.moving() > 0) {
                throw Problem.conflict("moving", "Some VPS still move from it: wait until they have arrived.");
            }
            lost.writeOff(id);
            database.update(
                    "UPDATE node_death SET released_by = ?, released_at = ? WHERE node_id = ?",
                    caller.subject(),
                    clock.instant(),
                    id);
            audit.record(caller, Deed.of("node.death-release", "node", id).because(why));
            return find(id).orElseThrow();
        });
    }

    /** For the pages, which have checked who asks. */
    public Optional<NodeDeath> find(UUID id) {
        return database.one(NodeDeath.SELECT + "e.node_id = ?", NodeDeath::of, id);
    }

    /** The newest first. */
    public List<NodeDeath> list(Caller caller) {
        Tenancy.requireStaff(caller);
        return database.list(NodeDeath.SELECT + "TRUE ORDER BY e.declared_at DESC LIMIT " + LISTED, NodeDeath::of);
    }
}
