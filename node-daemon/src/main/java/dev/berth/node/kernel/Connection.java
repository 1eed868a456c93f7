package dev.berth.node.kernel;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.NetworkSpec;
import dev.berth.contract.NetworkSpec.Firewall;
import dev.berth.contract.NetworkSpec.Rates;
import dev.berth.node.host.ContextLayout;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel has to know of one context's network.
 *
 * @param trafficClass minor number of its class on the uplink, its own among all contexts of the host
 */
record Connection(
        String contextId,
        List<String> addresses,
        Optional<Firewall> firewall,
        Optional<Rates> rates,
        long trafficClass) {

    Connection {
        addresses = List.copyOf(addresses);
    }

    /** Ranges of ids are given out once and number at most 65,535: the range's number is what a class can be called. */
    static Connection of(ContextLayout layout) {
        ContextSpec spec = layout.spec();
        return new Connection(
                spec.contextId(),
                spec.addresses(),
                spec.network().flatMap(NetworkSpec::firewall),
                spec.network().flatMap(NetworkSpec::rates),
                layout.baseId() / ContextLayout.ID_RANGE);
    }

    String veth() {
        return Names.veth(contextId);
    }

    /** Whether there is more to it than addresses and counters. */
    boolean ruled() {
        return firewall.isPresent() || rates.isPresent();
    }

    Optional<Long> ceilingBits() {
        return rates.flatMap(Rates::ceilingBits);
    }
}
