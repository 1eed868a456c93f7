package dev.berth.node.kernel;

import dev.berth.contract.NetworkSpec.Firewall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Texts for {@code nft -f -} (nft(8)); one text is one transaction. The rules are the same however many contexts there
 * are: what differs is in sets and maps keyed by interface.
 */
final class NftBatch {
    private static final String RULES = """
        add table inet berth
        add set inet berth links { type ifname; }
        add set inet berth own4 { type ifname . ipv4_addr; }
        add set inet berth own6 { type ifname . ipv6_addr; }
        add map inet berth tx { type ifname : counter; }
        add map inet berth rx { type ifname : counter; }
        add map inet berth ltx { type ifname : counter; }
        add map inet berth lrx { type ifname : counter; }
        add set inet berth watched { type ifname; }
        add set inet berth watched4 { type ipv4_addr; }
        add set inet berth watched6 { type ipv6_addr; }
        add set inet berth asked4 { type ipv4_addr . inet_service . inet_service; flags dynamic,timeout; size 65536; timeout 30s; }
        add set inet berth asked6 { type ipv6_addr . inet_service . inet_service; flags dynamic,timeout; size 65536; timeout 30s; }
        add map inet berth into { type ifname : verdict; }
        add map inet berth outof { type ifname : verdict; }
        add map inet berth class { typeof iifname : meta priority; }
        add map inet berth ceiling { type ifname : limit; }
        add set inet berth translated { type ipv4_addr; flags dynamic; size 65536; }
        add counter inet berth spoofed
        add counter inet berth refused
        add counter inet berth filtered
        add counter inet berth policed
        add counter inet berth allsent
        add counter inet berth allreceived
        add chain inet berth sent
        add chain inet berth visit
        add chain inet berth arrive { type filter hook prerouting priority raw; policy accept; }
        add chain inet berth host { type filter hook input priority filter; policy accept; }
        add chain inet berth pass { type filter hook forward priority filter; policy accept; }
        add chain inet berth ask { type filter hook output priority filter; policy accept; }
        add chain inet berth leave { type filter hook postrouting priority 300; policy accept; }
        flush chain inet berth sent
        flush chain inet berth visit
        flush chain inet berth arrive
        flush chain inet berth host
        flush chain inet berth pass
        flush chain inet berth ask
        flush chain inet berth leave
        add chain inet berth hide
        flush chain inet berth hide
        delete chain inet berth hide
        add rule inet berth sent ip6 saddr fe80::/10 icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-report, mld2-listener-report } accept
        add rule inet berth sent ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld2-listener-report } accept
        add rule inet berth sent meta nfproto ipv4 iifname . ip saddr != @own4 counter name spoofed drop
        add rule inet berth sent meta nfproto ipv6 iifname . ip6 saddr != @own6 counter name spoofed drop
        add rule inet berth sent counter name allsent
        add rule inet berth sent counter name iifname map @tx
        add rule inet berth sent ip daddr @local4@ counter name iifname map @ltx
        add rule inet berth sent ip6 daddr @local6@ counter name iifname map @ltx
        @translated@add rule inet berth sent iifname != @watched ip daddr != @watched4 notrack
        add rule inet berth sent iifname != @watched ip6 daddr != @watched6 notrack
        add rule inet berth arrive iifname @links goto sent
        add rule inet berth visit meta l4proto { icmp, icmpv6 } accept
        add rule inet berth visit tcp flags & (syn | ack) != syn accept
        add rule inet berth visit ip saddr . udp sport . udp dport @asked4 accept
        add rule inet berth visit ip6 saddr . udp sport . udp dport @asked6 accept
        @opened@add rule inet berth visit counter name refused drop
        add rule inet berth host limit name iifname map @ceiling counter name policed drop
        add rule inet berth host iifname vmap @outof
        add rule inet berth host iifname @links goto visit
        @past@@bounded@add rule inet berth pass iifname vmap @outof
        add rule inet berth pass oifname vmap @into
        add rule inet berth ask oifname @links meta nfproto ipv4 meta l4proto udp update @asked4 { ip daddr . udp dport . udp sport }
        add rule inet berth ask oifname @links meta nfproto ipv6 meta l4proto udp update @asked6 { ip6 daddr . udp dport . udp sport }
        add rule inet berth ask oifname vmap @into
        @uplink@add rule inet berth leave oifname @links counter name allreceived
        add rule inet berth leave oifname @links counter name oifname map @rx
        add rule inet berth leave oifname @links ip saddr @local4@ counter name oifname map @lrx
        add rule inet berth leave oifname @links ip6 saddr @local6@ counter name oifname map @lrx
        @hidden@""";

    /** Private addresses leave under the host's own, and no context fills the host's connection table by that. */
    private static final String TRANSLATION = """
        add chain inet berth hide { type nat hook postrouting priority srcnat; policy accept; }
        add rule inet berth hide ip saddr @private@ ip daddr != @private@ oifname != @links masquerade
        """;

    private static final List<String> SHARED = List.of("sent", "visit", "arrive", "host", "pass", "ask", "leave");

    static final String ALL_SENT = "allsent";
    static final String ALL_RECEIVED = "allreceived";

    /** Maps whose elements have values to keep. */
    static final Set<String> COUNTED = Set.of("tx", "rx", "ltx", "lrx");

    /**
     * What no router of the world carries: private (RFC 1918), shared (RFC 6598), link-local (RFC 3927, RFC 4291), loopback and
     * unique local (RFC 4193) addresses.
     */
    private static final List<String> NEVER_PUBLIC = List.of(
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "::1/128",
            "fc00::/7",
            "fe80::/10");

    private static final long MIN_BURST = 65_536;

    private final String table;
    private final List<String> openPorts;
    private final Optional<String> uplink;
    private final List<String> translated;
    private final List<String> local;

    /**
     * @param openPorts of the host, as {@code udp:53}, that contexts may reach
     * @param uplink interface whose traffic is in classes, empty where there is none
     * @param translated prefixes of IPv4 whose addresses are private and leave under the host's
     * @param local prefixes of public addresses whose traffic is counted as local all the same
     */
    NftBatch(
            String table,
            List<String> openPorts,
            Optional<String> uplink,
            List<String> translated,
            List<String> local) {
        this.uplink = uplink;
        this.table = "inet " + table;
        this.openPorts = List.copyOf(openPorts);
        this.translated = List.copyOf(translated);
        this.local = Prefixes.outermost(
                Stream.concat(NEVER_PUBLIC.stream(), local.stream()).toList());
    }

    static NftBatch of(HostConfig config) {
        return new NftBatch(
                config.nftTable(),
                config.openPorts(),
                config.uplink().map(HostConfig.Uplink::name),
                config.translated(),
                config.local());
    }

    /** Chains that all contexts share. */
    List<String> shared() {
        return translated.isEmpty()
                ? SHARED
                : Stream.concat(SHARED.stream(), Stream.of("hide")).toList();
    }

    /**
     * The table with its rules. Elements and counters of existing contexts stay; the rules are replaced.
     *
     * <p>What contexts send to the host itself ends in {@code visit}: neighbour discovery and other ICMP, answers to
     * connections the host made, and ports that were opened for them. It keeps no state, so that no context can fill the
     * host's connection table: what would begin a TCP connection is told by its flags.
     */
    String prepare() {
        return RULES.replace("@opened@", opened())
                .replace("@past@", past())
                .replace("@uplink@", classified())
                .replace("@translated@", tracked())
                .replace("@bounded@", bounded())
                .replace("@hidden@", hidden())
                .replace("@local4@", set(local.stream().filter(prefix -> !LxcConfig.isIpv6(prefix))))
                .replace("@local6@", set(local.stream().filter(LxcConfig::isIpv6)))
                .replace("inet berth", table);
    }

    /** What does not go through the uplink, where its class holds it to the ceiling. */
    private String past() {
        return "add rule inet berth pass %slimit name iifname map @ceiling counter name policed drop\n"
                .formatted(uplink.map("oifname != \"%s\" "::formatted).orElse(""));
    }

    private String classified() {
        return uplink.map("add rule inet berth leave oifname \"%s\" meta priority set iifname map @class\n"::formatted)
                .orElse("");
    }

    /** What is translated has to be tracked; what stays among private addresses has not. */
    private String tracked() {
        return translated.isEmpty()
                ? ""
                : "add rule inet berth sent ip saddr %1$s ip daddr != %1$s accept\n".formatted(prefixes());
    }

    private String bounded() {
        return translated.isEmpty()
                ? ""
                : ("add rule inet berth pass iifname @links ip saddr %1$s ip daddr != %1$s ct state new"
                                + " add @translated { ip saddr ct count over %2$d } counter name filtered drop\n")
                        .formatted(prefixes(), NftFirewall.MAX_CONNECTIONS);
    }

    private String hidden() {
        return translated.isEmpty() ? "" : TRANSLATION.replace("@private@", prefixes());
    }

    private String prefixes() {
        return set(translated.stream());
    }

    private static String set(Stream<String> elements) {
        return elements.collect(Collectors.joining(", ", "{ ", " }"));
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

    /** The context's elements and rules become exactly these; counters that exist keep their values. */
    String ensure(Connection wanted, NftState.Link found) {
        String veth = wanted.veth();
        List<String> lines = new ArrayList<>(stale(veth, wanted.addresses(), found));
        counters(wanted.contextId()).forEach((map, counter) -> {
            lines.add("add counter %s %s".formatted(table, counter));
            lines.add("add element %s %s { \"%s\" : \"%s\" }".formatted(table, map, veth, counter));
        });
        lines.add("add element %s links { \"%s\" }".formatted(table, veth));
        wanted.addresses().forEach(address -> lines.add(element("add", veth, address)));
        lines.addAll(unruled(veth, found));
        wanted.firewall().ifPresent(firewall -> lines.addAll(ruled(wanted, firewall)));
        wanted.ceilingBits().ifPresent(bits -> lines.addAll(ceiling(wanted, bits)));
        if (wanted.rates().isPresent()) {
            lines.add("add element %s class { \"%s\" : 1:%x }".formatted(table, veth, wanted.trafficClass()));
        }
        return String.join("\n", lines) + "\n";
    }

    private List<String> ruled(Connection wanted, Firewall firewall) {
        String veth = wanted.veth();
        List<String> lines = new ArrayList<>(new NftFirewall(table, wanted.contextId(), firewall).lines());
        lines.add(jump("into", veth, Names.inChain(wanted.contextId())));
        lines.add(jump("outof", veth, Names.outChain(wanted.contextId())));
        lines.add("add element %s watched { \"%s\" }".formatted(table, veth));
        for (String address : wanted.addresses()) {
            String set = LxcConfig.isIpv6(address) ? "watched6" : "watched4";
            lines.add("add element %s %s { %s }".formatted(table, set, address));
        }
        return lines;
    }

    private String jump(String map, String veth, String chain) {
        return "add element %s %s { \"%s\" : jump %s }".formatted(table, map, veth, chain);
    }

    /** A burst of a twentieth of a second, and never less than what one send of a socket may be. */
    private List<String> ceiling(Connection wanted, long bits) {
        long bytes = bits / 8;
        String name = Names.ceiling(wanted.contextId());
        return List.of(
                "add limit %s %s { rate over %d bytes/second burst %d bytes ; }"
                        .formatted(table, name, bytes, Math.max(bytes / 20, MIN_BURST)),
                "add element %s ceiling { \"%s\" : \"%s\" }".formatted(table, wanted.veth(), name));
    }

    /** Firewall, class and ceiling go, and come anew in the same transaction where they are wanted. */
    private List<String> unruled(String veth, NftState.Link found) {
        List<String> lines = new ArrayList<>();
        found.maps().stream()
                .filter(map -> !COUNTED.contains(map))
                .sorted()
                .forEach(map -> lines.add("delete element %s %s { \"%s\" }".formatted(table, map, veth)));
        new TreeMap<>(found.watched())
                .forEach((set, elements) -> elements.forEach(element -> {
                    String text = element.equals(veth) ? "\"%s\"".formatted(veth) : element;
                    lines.add("delete element %s %s { %s }".formatted(table, set, text));
                }));
        for (String name : new TreeSet<>(found.named())) {
            lines.add("delete %s %s %s".formatted(name.startsWith("ceil_") ? "limit" : "chain", table, name));
        }
        return lines;
    }

    /** Removes what was found of the context, and nothing that was not. */
    String remove(String contextId, NftState.Link found) {
        String veth = Names.veth(contextId);
        List<String> lines = new ArrayList<>(stale(veth, List.of(), found));
        lines.addAll(unruled(veth, found));
        if (found.listed()) {
            lines.add("delete element %s links { \"%s\" }".formatted(table, veth));
        }
        found.maps().stream()
                .filter(COUNTED::contains)
                .sorted()
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

    /** A context's counters by the map that leads to each. */
    static SortedMap<String, String> counters(String contextId) {
        return new TreeMap<>(Map.of(
                "tx", Names.sentCounter(contextId),
                "rx", Names.receivedCounter(contextId),
                "ltx", Names.localSentCounter(contextId),
                "lrx", Names.localReceivedCounter(contextId)));
    }
}
