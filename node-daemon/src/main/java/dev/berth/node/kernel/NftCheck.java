package dev.berth.node.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One context's part of the packet filter against what it should be.
 *
 * @param written rules of chains as the kernel showed them when they were written
 */
record NftCheck(Connection wanted, NftState state, Map<String, String> written) {

    List<String> deviations() {
        List<String> found = new ArrayList<>();
        NftState.Link link = state.link(wanted.contextId());
        Set<String> addresses = new TreeSet<>(
                wanted.addresses().stream().map(NftState::canonical).toList());
        if (!link.listed()) {
            found.add("its link was not watched for foreign senders");
        }
        if (!link.addresses().equals(addresses)) {
            found.add("its addresses in the packet filter were not its own");
        }
        if (!targets().equals(expectedTargets())) {
            found.add("its counters, firewall or class were not its own");
        }
        if (!link.watched().equals(watched(addresses))) {
            found.add("its connections were not tracked as they should be");
        }
        if (chains().stream()
                .anyMatch(chain -> written.containsKey(chain)
                        && !state.rules().getOrDefault(chain, "").equals(written.get(chain)))) {
            found.add("the rules of its firewall were not those that were written");
        }
        return found;
    }

    /** Whether the daemon has not written its firewall since it began, and so cannot judge it. */
    boolean unknown() {
        return chains().stream().anyMatch(chain -> !written.containsKey(chain));
    }

    private List<String> chains() {
        return wanted.firewall().isPresent()
                ? List.of(Names.inChain(wanted.contextId()), Names.outChain(wanted.contextId()))
                : List.of();
    }

    private Map<String, String> targets() {
        Map<String, String> found = new TreeMap<>();
        state.maps()
                .getOrDefault(wanted.veth(), Set.of())
                .forEach(map -> found.put(map, state.targets().getOrDefault(map + " " + wanted.veth(), "")));
        return found;
    }

    /** As nft shows them in JSON. */
    private Map<String, String> expectedTargets() {
        String id = wanted.contextId();
        Map<String, String> expected = new TreeMap<>();
        NftBatch.counters(id).forEach((map, counter) -> expected.put(map, quoted(counter)));
        if (wanted.firewall().isPresent()) {
            expected.put("into", jump(Names.inChain(id)));
            expected.put("outof", jump(Names.outChain(id)));
        }
        if (wanted.rates().isPresent()) {
            expected.put("class", quoted("1:%x".formatted(wanted.trafficClass())));
        }
        if (wanted.ceilingBits().isPresent()) {
            expected.put("ceiling", quoted(Names.ceiling(id)));
        }
        return expected;
    }

    private static String quoted(String text) {
        return "\"%s\"".formatted(text);
    }

    private static String jump(String chain) {
        return "{\"jump\":{\"target\":\"%s\"}}".formatted(chain);
    }

    private Map<String, Set<String>> watched(Set<String> addresses) {
        Map<String, Set<String>> expected = new TreeMap<>();
        if (wanted.firewall().isPresent()) {
            expected.put("watched", Set.of(wanted.veth()));
            for (String address : addresses) {
                expected.computeIfAbsent(LxcConfig.isIpv6(address) ? "watched6" : "watched4", _ -> new TreeSet<>())
                        .add(address);
            }
        }
        return expected;
    }
}
