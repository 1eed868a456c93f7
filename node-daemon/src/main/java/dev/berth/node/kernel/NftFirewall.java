package dev.berth.node.kernel;

import dev.berth.contract.NetworkSpec.Direction;
import dev.berth.contract.NetworkSpec.Firewall;
import dev.berth.contract.NetworkSpec.Ports;
import dev.berth.contract.NetworkSpec.Protocol;
import dev.berth.contract.NetworkSpec.Rule;
import dev.berth.contract.NetworkSpec.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The rules of one context's firewall as lines for {@code nft -f -}. They are in two chains of its own that are reached by a map
 * of interfaces, so that a packet meets its own context's rules and nobody else's. What may pass returns to the caller: what the
 * host itself lets through or not is decided there.
 */
final class NftFirewall {
    /** Entries of the host's connection table one context may hold in each direction. */
    static final int MAX_CONNECTIONS = 8192;

    private static final String NEIGHBOURS =
            "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query,"
                    + " mld-listener-report, mld2-listener-report } return";

    private final String table;
    private final String contextId;
    private final Firewall firewall;

    NftFirewall(String table, String contextId, Firewall firewall) {
        this.table = table;
        this.contextId = contextId;
        this.firewall = firewall;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>(chain(Direction.IN, firewall.inbound()));
        lines.addAll(chain(Direction.OUT, firewall.outbound()));
        return lines;
    }

    private List<String> chain(Direction direction, Verdict policy) {
        String name = direction == Direction.IN ? Names.inChain(contextId) : Names.outChain(contextId);
        List<String> lines = new ArrayList<>();
        lines.add("add chain %s %s".formatted(table, name));
        lines.add("flush chain %s %s".formatted(table, name));
        List<String> rules = new ArrayList<>(List.of(
                "ct state established,related return",
                NEIGHBOURS,
                "ct state invalid counter name filtered drop",
                "ct state new ct count over %d counter name filtered drop".formatted(MAX_CONNECTIONS)));
        firewall.rules().stream().filter(rule -> rule.direction() == direction).forEach(rule -> rules.add(text(rule)));
        rules.add(text(policy));
        rules.forEach(rule -> lines.add("add rule %s %s %s".formatted(table, name, rule)));
        return lines;
    }

    private static String text(Rule rule) {
        List<String> words = new ArrayList<>();
        rule.peer()
                .ifPresent(peer -> words.add("%s %s %s"
                        .formatted(
                                LxcConfig.isIpv6(peer) ? "ip6" : "ip",
                                rule.direction() == Direction.IN ? "saddr" : "daddr",
                                peer)));
        protocol(rule.protocol(), rule.ports().map(NftFirewall::range).orElse(""))
                .ifPresent(words::add);
        words.add(text(rule.verdict()));
        return String.join(" ", words);
    }

    private static Optional<String> protocol(Protocol protocol, String ports) {
        return switch (protocol) {
            case ANY -> Optional.empty();
            case ICMP -> Optional.of("meta l4proto { icmp, icmpv6 }");
            case TCP, UDP -> {
                String name = protocol.name().toLowerCase(Locale.ROOT);
                yield Optional.of(ports.isEmpty() ? "meta l4proto " + name : "%s dport %s".formatted(name, ports));
            }
        };
    }

    private static String range(Ports ports) {
        return ports.first() == ports.last()
                ? Integer.toString(ports.first())
                : "%d-%d".formatted(ports.first(), ports.last());
    }

    private static String text(Verdict verdict) {
        return switch (verdict) {
            case ACCEPT -> "return";
            case DROP -> "counter name filtered drop";
        };
    }
}
