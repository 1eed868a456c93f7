package dev.berth.node.kernel;

import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.NetworkFindings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The self-test of what keeps contexts from sending as others and faster than they may: what the kernel has against what should be. */
final class NetworkCheck {
    private static final Path SETTINGS = Path.of("/proc/sys");

    private final Nftables nftables;
    private final Routes routes;
    private final TrafficControl traffic;
    private final Predicate<String> outdated;
    private final Sysctls sysctls = new Sysctls(SETTINGS);
    private final List<String> deviations = new ArrayList<>();
    private final Set<String> damaged = new TreeSet<>();

    /** @param outdated whether a context has a network namespace without the addresses that it was given while it ran */
    NetworkCheck(Nftables nftables, Routes routes, TrafficControl traffic, Predicate<String> outdated) {
        this.nftables = nftables;
        this.routes = routes;
        this.traffic = traffic;
        this.outdated = outdated;
    }

    NetworkFindings run(List<ContextLayout> contexts) {
        NftState state = nftables.state();
        deviations.addAll(nftables.repairShared(state));
        List<String> lost = sysctls.lost();
        if (!lost.isEmpty()) {
            lost.forEach(key -> deviations.add("the kernel setting %s was changed".formatted(key)));
            sysctls.apply();
        }
        Map<String, Set<String>> routed = contexts.isEmpty() ? Map.of() : routes.byLink();
        boolean rated = contexts.stream()
                .anyMatch(layout -> Connection.of(layout).rates().isPresent());
        TrafficControl.State queues = rated ? traffic.state() : TrafficControl.State.NOTHING;
        contexts.forEach(layout -> look(layout, state, routed, queues));
        return new NetworkFindings(deviations, damaged);
    }

    private void look(
            ContextLayout layout, NftState state, Map<String, Set<String>> routed, TrafficControl.State queues) {
        Connection wanted = Connection.of(layout);
        NftCheck filter = nftables.check(wanted, state);
        List<String> found = new ArrayList<>(filter.deviations());
        if (linked(wanted)) {
            Set<String> missing = new TreeSet<>(
                    wanted.addresses().stream().map(NftState::canonical).toList());
            missing.removeAll(routed.getOrDefault(wanted.veth(), Set.of()));
            missing.forEach(address -> found.add("no route led to its address " + address));
            found.addAll(Router.lost(SETTINGS, wanted.veth()));
        }
        found.addAll(traffic.lost(wanted, linked(wanted), queues));
        found.forEach(text -> deviations.add("%s: %s".formatted(wanted.contextId(), text)));
        if (!found.isEmpty() || filter.unknown() || outdated.test(wanted.contextId())) {
            damaged.add(wanted.contextId());
        }
    }

    private static boolean linked(Connection wanted) {
        return Files.exists(Path.of("/sys/class/net", wanted.veth()));
    }

    /** Puts right what a link should have; nothing where there is none. */
    void repairLink(Connection wanted) {
        if (linked(wanted)) {
            routes.ensure(wanted.addresses(), wanted.veth());
            Router.settle(SETTINGS, wanted.veth());
        }
    }
}
