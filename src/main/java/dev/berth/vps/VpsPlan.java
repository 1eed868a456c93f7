package dev.berth.vps;

import dev.berth.catalog.Plan;
import dev.berth.catalog.Plan.Limits;
import dev.berth.fleet.Node.Resources;
import dev.berth.fleet.NodeService;
import dev.berth.fleet.NodeService.Need;
import dev.berth.network.AddressFamily;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.Vps.ObservedState;
import dev.berth.vps.VpsService.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Puts a VPS on another plan while it runs: its node changes the limits, and its subscription goes on at the new price. */
@ApplicationScoped
public class VpsPlan {
    private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);

    private final Database database;
    private final VpsService service;
    private final NodeService nodes;
    private final Snapshots snapshots;
    private final Leftovers leftovers;
    private final Subscriptions subscriptions;
    private final VpsAddOns addOns;

    VpsPlan(
            Database database,
            VpsService service,
            NodeService nodes,
            Snapshots snapshots,
            Leftovers leftovers,
            Subscriptions subscriptions,
            VpsAddOns addOns) {
        this.database = database;
        this.service = service;
        this.nodes = nodes;
        this.snapshots = snapshots;
        this.leftovers = leftovers;
        this.subscriptions = subscriptions;
        this.addOns = addOns;
    }

    /**
     * Why a VPS cannot go on a plan.
     *
     * @param code stable
     * @param sentence for its owner
     */
    public record Obstacle(String code, String sentence) {}

    /** What it uses now, as its node said last. */
    private record Use(long diskBytes, long memoryBytes) {
        static final Use NONE = new Use(0, 0);
    }

    /** Everything that stands in the way now; empty where nothing does. */
    public List<Obstacle> obstacles(Vps vps, Plan plan) {
        List<Obstacle> found = new ArrayList<>();
        boolean built = vps.observedState() == ObservedState.RUNNING || vps.observedState() == ObservedState.STOPPED;
        check(found, built, "not-built", "This VPS is not built yet.");
        vps.suspended().ifPresent(held -> check(found, false, "suspended", held.sentence()));
        check(found, !vps.plan().versionId().equals(plan.versionId()), "same-plan", "It is on this plan already.");
        disk(found, vps, plan.limits());
        addresses(found, vps, plan);
        found.addAll(addOns.idleOn(vps.id(), plan.versionId()));
        boolean room = nodes.hasRoom(vps.node().id(), resources(vps), need(plan));
        check(
                found,
                room,
                "node-full",
                "The machine that this VPS is on has no room for this plan: ask support to move it first.");
        return found;
    }

    private static void check(List<Obstacle> found, boolean holds, String code, String sentence) {
        if (!holds) {
            found.add(new Obstacle(code, sentence));
        }
    }

    private void disk(List<Obstacle> found, Vps vps, Limits limits) {
        Use use = use(vps.id());
        check(
                found,
                use.diskBytes() <= limits.diskBytes(),
                "disk-in-use",
                "Its disk has %s in use, and this plan's holds %s: remove files first."
                        .formatted(gib(use.diskBytes()), gib(limits.diskBytes())));
        int taken = snapshots.used(vps.id());
        long allowed = limits.snapshots() + addOns.moreSnapshots(vps.id());
        check(
                found,
                taken <= allowed,
                "snapshot-limit",
                "It has %d snapshots, and this plan allows %d: delete some first.".formatted(taken, allowed));
        check(
                found,
                snapshots.largest(vps.id()) <= limits.diskBytes(),
                "snapshot-too-big",
                "One of its snapshots is larger than this plan's disk: delete it first.");
        check(
                found,
                database.number("SELECT COUNT(*) AS n FROM operation WHERE open_disk_vps_id = ?", vps.id()) == 0,
                "disk-busy",
                "Another change of its disk is under way: wait for its end.");
    }

    private void addresses(List<Obstacle> found, Vps vps, Plan plan) {
        for (AddressFamily family : AddressFamily.values()) {
            long has = vps.addresses().stream().filter(family::has).count();
            long allowed = database.number(
                            switch (family) {
                                case IPV4 -> "SELECT addresses_ipv4 AS n FROM plan_version WHERE id = ?";
                                case IPV6 -> "SELECT addresses_ipv6 AS n FROM plan_version WHERE id = ?";
                            },
                            plan.versionId())
                    + addOns.more(vps.id(), family);
            check(
                    found,
                    has <= allowed,
                    "too-many-addresses",
                    "It has %d %s addresses, and this plan allows %d: give some back first."
                            .formatted(has, family, allowed));
        }
    }

    /** What may hurt, though nothing stands in the way. */
    public List<String> warnings(Vps vps, Plan plan) {
        Use use = use(vps.id());
        boolean tight = vps.observedState() == ObservedState.RUNNING
                && use.memoryBytes() > plan.limits().memoryBytes();
        return tight
                ? List.of("It uses %s of memory now and would have %s: programs may be ended for want of it."
                        .formatted(gib(use.memoryBytes()), gib(plan.limits().memoryBytes())))
                : List.of();
    }

    private static String gib(long bytes) {
        BigDecimal gib = BigDecimal.valueOf(bytes).divide(GIB, 2, RoundingMode.HALF_UP);
        return gib.stripTrailingZeros().toPlainString() + " GiB";
    }

    private Use use(UUID vpsId) {
        return database.one(
                        "SELECT disk_bytes, memory_bytes FROM vps_sample WHERE vps_id = ? ORDER BY at DESC LIMIT 1",
                        row -> new Use(row.number("disk_bytes"), row.number("memory_bytes")),
                        vpsId)
                .orElse(Use.NONE);
    }

    private Resources resources(Vps vps) {
        return leftovers.resources(vps.plan().versionId());
    }

    private static Need need(Plan plan) {
        Limits limits = plan.limits();
        return new Need(
                new Resources(
                        limits.cpuBaselineMilli(),
                        limits.memoryBytes(),
                        limits.diskBytes(),
                        limits.netReservedBits().orElse(0L)),
                limits.diskInodes().isPresent());
    }

    /**
     * In the transaction of who asks; the caller may change the VPS.
     *
     * @throws Problem 409 with every obstacle, under the first one's code
     */
    public Operation change(Caller caller, UUID id, Plan plan) {
        Wish wish = new Wish(Kind.CHANGE_PLAN, "plan_version_id = ?", Optional.of("to " + plan.name()));
        return service.change(caller, id, wish, vps -> take(vps, plan), plan.versionId());
    }

    private void take(Vps vps, Plan plan) {
        List<Obstacle> found = obstacles(vps, plan);
        if (!found.isEmpty()) {
            throw Problem.conflict(
                    found.getFirst().code(),
                    found.stream().map(Obstacle::sentence).collect(Collectors.joining(" ")));
        }
        if (!nodes.rebook(vps.node().id(), resources(vps), need(plan))) {
            throw new IllegalStateException("room on " + vps.node().name() + " went away under its lock");
        }
        subscriptions.goOn(vps.id(), plan.versionId());
    }
}
