package dev.berth.vps;

import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.fleet.NodeService.Need;
import dev.berth.network.AddressService;
import dev.berth.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/** Where a VPS can go. What it says can be old by the time the move begins, which looks again. */
@ApplicationScoped
public class MoveTargets {
    private final VpsService service;
    private final NodeService nodes;
    private final AddressService addresses;
    private final MigrationGuard guard;
    private final InstantSource clock;

    MoveTargets(
            VpsService service,
            NodeService nodes,
            AddressService addresses,
            MigrationGuard guard,
            InstantSource clock) {
        this.service = service;
        this.nodes = nodes;
        this.addresses = addresses;
        this.guard = guard;
        this.clock = clock;
    }

    /** Why none is left. */
    private record Refusal(String code, String sentence) {}

    /**
     * Nodes that can take it, the least full first; never empty.
     *
     * @param among none for all there are
     * @throws Problem 409 with what keeps it from all of them
     */
    public List<Node> of(UUID vpsId, Set<UUID> among) {
        Vps vps = service.byId(vpsId);
        service.requireStill(vpsId);
        guard.requireMovable(vps);
        List<Node> serving = serving(vps, open(vps, among));
        Need need = guard.need(vps);
        List<Node> able = left(
                serving,
                node -> node.inodeLimits() || !need.inodeLimits(),
                new Refusal(
                        "no-inode-limits",
                        "No node that it could go to can limit the number of files, as its plan wants it."));
        List<Node> roomy = left(
                able,
                node -> node.fits(need.resources()),
                new Refusal("no-room", "No node that it could go to has room for its plan."));
        return roomy.stream()
                .sorted(Comparator.comparingLong(Node::fullness).thenComparing(Node::name))
                .toList();
    }

    private List<Node> open(Vps vps, Set<UUID> among) {
        Instant now = clock.instant();
        return left(
                nodes.list(),
                node -> node.state() == Node.State.ACTIVE
                        && node.heardSince(now)
                        && node.simulated() == vps.node().simulated()
                        && !node.id().equals(vps.node().id())
                        && (among.isEmpty() || among.contains(node.id())),
                new Refusal(
                        "no-node",
                        among.isEmpty() ? "No other node takes VPS now." : "None of the chosen nodes takes VPS now."));
    }

    private List<Node> serving(Vps vps, List<Node> open) {
        Set<UUID> serving = addresses.nodesServing(vps.id());
        boolean six = vps.addresses().stream().anyMatch(address -> address.indexOf(':') >= 0);
        return left(
                open,
                node -> serving.contains(node.id()) && (node.ipv6() || !six),
                new Refusal(
                        "address-not-served",
                        "No node that it could go to serves the pools of %s: give one these pools, too (shared)."
                                .formatted(String.join(", ", vps.addresses()))));
    }

    private static List<Node> left(List<Node> from, Predicate<Node> wanted, Refusal refusal) {
        List<Node> left = from.stream().filter(wanted).toList();
        if (left.isEmpty()) {
            throw Problem.conflict(refusal.code(), refusal.sentence());
        }
        return left;
    }
}
