package dev.berth.vps;

import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.fleet.NodeService.Need;
import dev.berth.network.AddressService;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.vps.Vps.ObservedState;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Refuses moves that cannot be made, naming every reason at once, and reserves the target's room. Called with the VPS locked. */
@ApplicationScoped
class MigrationGuard {
    private final Database database;
    private final NodeService nodes;
    private final AddressService addresses;
    private final Leftovers leftovers;
    private final InstantSource clock;

    MigrationGuard(
            Database database, NodeService nodes, AddressService addresses, Leftovers leftovers, InstantSource clock) {
        this.database = database;
        this.nodes = nodes;
        this.addresses = addresses;
        this.leftovers = leftovers;
        this.clock = clock;
    }

    private record Reason(String code, String sentence) {}

    /** Reasons found so far; the first one's code is the refusal's. */
    private static final class Reasons {
        private final List<Reason> found = new ArrayList<>();

        void check(boolean holds, String code, String sentence) {
            if (!holds) {
                found.add(new Reason(code, sentence));
            }
        }

        void throwIfAny() {
            if (!found.isEmpty()) {
                throw Problem.conflict(
                        found.getFirst().code(),
                        String.join(" ", found.stream().map(Reason::sentence).toList()));
            }
        }
    }

    /** What is reserved here is given back with the transaction when something else refuses. */
    void reserve(Vps vps, UUID targetId) {
        Reasons reasons = new Reasons();
        Node target = nodes.byId(targetId);
        vps(reasons, vps);
        nodes(reasons, vps, target);
        addresses(reasons, vps, target);
        reasons.throwIfAny();
        Need need = need(vps);
        reasons.check(
                nodes.reserveOn(targetId, need), "node-full", "%s has no room for this plan.".formatted(target.name()));
        reasons.throwIfAny();
    }

    /** Refuses a VPS that could go to no node at all as it is. */
    void requireMovable(Vps vps) {
        Reasons reasons = new Reasons();
        vps(reasons, vps);
        reasons.throwIfAny();
    }

    Need need(Vps vps) {
        return new Need(
                leftovers.resources(vps.plan().versionId()),
                vps.limits().diskInodes().isPresent());
    }

    private void vps(Reasons reasons, Vps vps) {
        reasons.check(
                vps.observedState() == ObservedState.RUNNING || vps.observedState() == ObservedState.STOPPED,
                "not-built",
                "This VPS is not built yet.");
        long open = database.number(
                "SELECT COUNT(*) AS n FROM operation WHERE vps_id = ? AND finished_at IS NULL", vps.id());
        reasons.check(open == 0, "busy", "Another change of this VPS is under way: wait for its end.");
        long rescued =
                database.number("SELECT COUNT(*) AS n FROM vps WHERE id = ? AND rescue_image_id IS NOT NULL", vps.id());
        reasons.check(
                rescued == 0, "in-rescue", "This VPS is in its rescue system, which does not move: leave it first.");
        long snapshots = database.number(
                "SELECT COUNT(*) AS n FROM vps_snapshot WHERE vps_id = ? AND state <> 'DELETED'", vps.id());
        reasons.check(
                snapshots == 0,
                "has-snapshots",
                "This VPS has %d snapshots, and snapshots cannot move: they must be deleted first."
                        .formatted(snapshots));
    }

    private void nodes(Reasons reasons, Vps vps, Node target) {
        Node source = nodes.byId(vps.node().id());
        reasons.check(!source.id().equals(target.id()), "same-node", "It is on %s already.".formatted(target.name()));
        reasons.check(
                target.state() == Node.State.ACTIVE,
                "node-not-active",
                "%s takes no new VPS: it is %s.".formatted(target.name(), target.state()));
        for (Node node : List.of(source, target)) {
            reasons.check(
                    node.heardSince(clock.instant()),
                    "node-silent",
                    "%s has not been heard of lately, and both nodes are needed.".formatted(node.name()));
        }
        reasons.check(
                source.simulated() == target.simulated(),
                "node-simulated",
                "What is on one of %s and %s is invented, on the other it is not."
                        .formatted(source.name(), target.name()));
        reasons.check(
                target.inodeLimits() || vps.limits().diskInodes().isEmpty(),
                "no-inode-limits",
                "%s cannot limit the number of files, as the plan wants it.".formatted(target.name()));
        reasons.check(
                !leftovers.on(target.id(), vps.id()),
                "left-over",
                "%s has not yet forgotten this VPS, which it had before.".formatted(target.name()));
    }

    private void addresses(Reasons reasons, Vps vps, Node target) {
        List<String> stranded = addresses.notServedBy(target.id(), vps.id());
        reasons.check(
                stranded.isEmpty(),
                "address-not-served",
                "%s does not serve the pools of %s: give it these pools, too (shared), and see to it that your network brings it their packets."
                        .formatted(target.name(), String.join(", ", stranded)));
        boolean six = vps.addresses().stream().anyMatch(address -> address.indexOf(':') >= 0);
        reasons.check(target.ipv6() || !six, "no-ipv6", "%s has no IPv6.".formatted(target.name()));
    }
}
