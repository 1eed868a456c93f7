package dev.berth.node.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.contract.Patterns;
import dev.berth.node.host.HostException;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the table holds, from {@code nft -j list table} (libnftables-json(5)).
 *
 * @param counters bytes by counter name
 * @param sets elements by the name of their set; a pair of interface and address as two words
 * @param maps names of the maps each interface is in
 * @param named names of chains and limits, by what follows their last underscore: a context's, or nobody's
 * @param targets what an interface is led to, by {@code map interface}
 * @param rules the rules of each chain, with the place the kernel calls it from
 */
record NftState(
        Map<String, Long> counters,
        Map<String, SortedSet<String>> sets,
        Map<String, Set<String>> maps,
        Map<String, Set<String>> named,
        Map<String, String> targets,
        Map<String, String> rules) {
    private static final String LINKS = "links";

    /** The firewall's interfaces and addresses. */
    static final List<String> WATCHED = List.of("watched", "watched4", "watched6");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * The part of one context.
     *
     * @param watched whether its link or one of its addresses is a firewall's
     * @param named its chains and limits
     */
    record Link(
            boolean listed,
            Set<String> addresses,
            Set<String> maps,
            Map<String, Long> counters,
            Map<String, Set<String>> watched,
            Set<String> named) {
        static final Link NOTHING = new Link(false, Set.of(), Set.of(), Map.of(), Map.of(), Set.of());

        boolean nothing() {
            return equals(NOTHING);
        }

        /** Whether there is more than addresses and counters. */
        boolean ruled() {
            return !named.isEmpty() || !watched.isEmpty() || !NftBatch.COUNTED.containsAll(maps);
        }

        boolean complete(Set<String> wanted) {
            return listed
                    && maps.containsAll(NftBatch.COUNTED)
                    && counters.size() == NftBatch.COUNTED.size()
                    && addresses.equals(wanted);
        }
    }

    static NftState parse(String json) {
        NftState state = new NftState(
                new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        try {
            for (JsonNode item : MAPPER.readTree(json).path("nftables")) {
                state.add(item);
            }
        } catch (JsonProcessingException e) {
            throw new HostException("nft answered no JSON", e);
        }
        return state;
    }

    Link link(String contextId) {
        String veth = Names.veth(contextId);
        Map<String, Long> own = new TreeMap<>();
        for (String name : NftBatch.counters(contextId).values()) {
            Long bytes = counters.get(name);
            if (bytes != null) {
                own.put(name, bytes);
            }
        }
        Set<String> addresses = new TreeSet<>();
        for (String set : List.of("own4", "own6")) {
            // Sorted: a link's pairs come together, and an exclamation mark is what follows a blank.
            elements(set)
                    .subSet(veth + " ", veth + "!")
                    .forEach(pair -> addresses.add(pair.substring(veth.length() + 1)));
        }
        return new Link(
                elements(LINKS).contains(veth),
                addresses,
                maps.getOrDefault(veth, Set.of()),
                own,
                watched(veth, addresses),
                named.getOrDefault(contextId.replace("-", ""), Set.of()));
    }

    private Map<String, Set<String>> watched(String veth, Set<String> addresses) {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String set : WATCHED) {
            Set<String> own = new TreeSet<>(addresses);
            own.add(veth);
            own.retainAll(elements(set));
            if (!own.isEmpty()) {
                found.put(set, own);
            }
        }
        return found;
    }

    private SortedSet<String> elements(String set) {
        return sets.getOrDefault(set, Collections.emptySortedSet());
    }

    /** Contexts that have counters: those are made and removed in one transaction with everything else. */
    Set<String> contexts() {
        Set<String> ids = new TreeSet<>();
        counters.keySet().forEach(name -> Names.contextOfCounter(name).ifPresent(ids::add));
        return ids;
    }

    /** One text per address, however it was written. */
    static String canonical(String address) {
        try {
            return InetAddress.ofLiteral(address).getHostAddress();
        } catch (IllegalArgumentException e) {
            throw new HostException("address %s is not valid".formatted(address), e);
        }
    }

    private void add(JsonNode item) {
        if (item.has("counter")) {
            JsonNode counter = item.get("counter");
            counters.put(counter.path("name").asText(), counter.path("bytes").asLong());
        } else if (item.has("set")) {
            JsonNode set = item.get("set");
            SortedSet<String> elements = sets.computeIfAbsent(set.path("name").asText(), _ -> new TreeSet<>());
            set.path("elem").forEach(element -> elements.add(text(element)));
        } else if (item.has("map")) {
            JsonNode map = item.get("map");
            String name = map.path("name").asText();
            map.path("elem").forEach(element -> {
                String link = element.path(0).asText();
                maps.computeIfAbsent(link, _ -> new TreeSet<>()).add(name);
                targets.put(name + " " + link, element.path(1).toString());
            });
        } else if (item.has("rule")) {
            rules.merge(
                    item.get("rule").path("chain").asText(),
                    item.get("rule").path("expr").toString(),
                    (before, next) -> before + "\n" + next);
        } else {
            JsonNode chain = item.path("chain");
            name(chain.path("name").asText());
            if (chain.has("hook")) {
                rules.put(
                        chain.path("name").asText(),
                        "%s %s %s"
                                .formatted(
                                        chain.path("hook").asText(),
                                        chain.path("prio").asText(),
                                        chain.path("policy").asText()));
            }
            name(item.path("limit").path("name").asText());
        }
    }

    private void name(String name) {
        named.computeIfAbsent(name.substring(name.lastIndexOf('_') + 1), _ -> new TreeSet<>())
                .add(name);
    }

    private static String text(JsonNode element) {
        JsonNode pair = element.path("concat");
        if (pair.isArray()) {
            return pair.path(0).asText() + " " + canonical(pair.path(1).asText());
        }
        String text = element.asText();
        return Patterns.ADDRESS.matcher(text).matches() ? canonical(text) : text;
    }
}
