package dev.berth.node.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Texts for {@code nft -f -} (nft(8)); one text is one transaction. The rules are the same however many contexts there
 * are: what differs is in sets and maps keyed by interface.
 */
final class NftBatch {
    private final String table;
    private final List<String> openPorts;

    /** @param openPorts of the host, as {@code udp:53}, that contexts may reach */
    NftBatch(String table, List<String> openPorts) {
        this.table = "inet " + table;
        this.openPorts = List.copyOf(openPorts);
    }

    /**
     * The table with its rules. Elements and counters of existing contexts stay; the rules are replaced.
     *
     * <p>What contexts send to the host itself ends in {@code visit}: neighbour discovery and other ICMP, answers to
     * connections the host made, and ports that were opened for them. It keeps no state, so that no context can fill the
     * host's connection table: what would begin a TCP connection is told by its flags.
     */
    String prepare() {
        return """
                add table inet berth
                add set inet berth links { type ifname; }
                add set inet berth own4 { type ifname . ipv4_addr; }
                add set inet berth own6 { type ifname . ipv6_addr; }
                add map inet berth tx { type ifname : counter; }
                add map inet berth rx { type ifname : counter; }
                add counter inet berth spoofed
                add counter inet berth refused
                add chain inet berth sent
                add chain inet berth visit
                add chain inet berth arrive { type filter hook prerouting priority raw; policy accept; }
                add chain inet berth host { type filter hook input priority filter; policy accept; }
                add chain inet berth leave { type filter hook postrouting priority 300; policy accept; }
                flush chain inet berth sent
                flush chain inet berth visit
                flush chain inet berth arrive
                flush chain inet berth host
                flush chain inet berth leave
                add rule inet berth sent ip6 saddr fe80::/10 icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-report, mld2-listener-report } accept
                add rule inet berth sent ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld2-listener-report } accept
                add rule inet berth sent meta nfproto ipv4 iifname . ip saddr != @own4 counter name spoofed drop
                add rule inet berth sent meta nfproto ipv6 iifname . ip6 saddr != @own6 counter name spoofed drop
                add rule inet berth sent counter name iifname map @tx
                add rule inet berth arrive iifname @links goto sent
                add rule inet berth visit meta l4proto { icmp, icmpv6 } accept
                add rule inet berth visit tcp flags & (syn | ack) != syn accept
                @opened@add rule inet berth visit counter name refused drop
                add rule inet berth host iifname @links goto visit
                add rule inet berth leave oifname @links counter name oifname map @rx
                """.replace("@opened@", opened()).replace("inet berth", table);
    }

    private String opened() {
        StringBuilder rules = new StringBuilder();
        for (String port : openPorts) {
            String[] words = port.split(":", -1);
            rules.append("add rule inet berth visit %s dport %s accept\n".formatted(words[0], words[1]));
        }
        return rules.toString();
    }

    String removeTable() {
        return "add table %1$s\ndelete table %1$s\n".formatted(table);
    }

    /** The context's elements become exactly these addresses; counters that exist keep their values. */
    String ensure(String contextId, List<String> addresses, NftState.Link found) {
        String veth = Names.veth(contextId);
        List<String> lines = new ArrayList<>(stale(veth, addresses, found));
        for (String[] counter : counters(contextId)) {
            lines.add("add counter %s %s".formatted(table, counter[1]));
            lines.add("add element %s %s { \"%s\" : \"%s\" }".formatted(table, counter[0], veth, counter[1]));
        }
        lines.add("add element %s links { \"%s\" }".formatted(table, veth));
        addresses.forEach(address -> lines.add(element("add", veth, address)));
        return String.join("\n", lines) + "\n";
    }

    /** Removes what was found of the context, and nothing that was not. */
    String remove(String contextId, NftState.Link found) {
        String veth = Names.veth(contextId);
        List<String> lines = new ArrayList<>(stale(veth, List.of(), found));
        if (found.listed()) {
            lines.add("delete element %s links { \"%s\" }".formatted(table, veth));
        }
        new TreeSet<>(found.maps())
                .forEach(map -> lines.add("delete element %s %s { \"%s\" }".formatted(table, map, veth)));
        new TreeSet<>(found.counters().keySet())
                .forEach(name -> lines.add("delete counter %s %s".formatted(table, name)));
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private List<String> stale(String veth, List<String> wanted, NftState.Link found) {
        Function<String, String> canonical = NftState::canonical;
        Set<String> keep = new TreeSet<>(wanted.stream().map(canonical).toList());
        return found.addresses().stream()
                .sorted()
                .filter(address -> !keep.contains(address))
                .map(address -> element("delete", veth, address))
                .toList();
    }

    private String element(String verb, String veth, String address) {
        String set = LxcConfig.isIpv6(address) ? "own6" : "own4";
        return "%s element %s %s { \"%s\" . %s }".formatted(verb, table, set, veth, address);
    }

    private static List<String[]> counters(String contextId) {
        return List.of(
                new String[] {"tx", Names.sentCounter(contextId)},
                new String[] {"rx", Names.receivedCounter(contextId)});
    }
}
