package dev.berth.node.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.node.host.HostException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the table holds, from {@code nft -j list table} (libnftables-json(5)).
 *
 * @param counters bytes by counter name
 * @param links interfaces in {@code links}
 * @param addresses canonical addresses by interface
 * @param maps names of the counter maps each interface is in
 */
record NftState(
        Map<String, Long> counters,
        Set<String> links,
        Map<String, Set<String>> addresses,
        Map<String, Set<String>> maps) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The part of one context. */
    record Link(boolean listed, Set<String> addresses, Set<String> maps, Map<String, Long> counters) {
        static final Link NOTHING = new Link(false, Set.of(), Set.of(), Map.of());

        boolean nothing() {
            return !listed && addresses.isEmpty() && maps.isEmpty() && counters.isEmpty();
        }

        boolean complete(Set<String> wanted) {
            return listed && maps.size() == 2 && counters.size() == 2 && addresses.equals(wanted);
        }
    }

    static NftState parse(String json) {
        NftState state = new NftState(new TreeMap<>(), new TreeSet<>(), new TreeMap<>(), new TreeMap<>());
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
        for (String name : Set.of(Names.sentCounter(contextId), Names.receivedCounter(contextId))) {
            Long bytes = counters.get(name);
            if (bytes != null) {
                own.put(name, bytes);
            }
        }
        return new Link(
                links.contains(veth), addresses.getOrDefault(veth, Set.of()), maps.getOrDefault(veth, Set.of()), own);
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
            set.path("elem").forEach(this::addElement);
        } else if (item.has("map")) {
            JsonNode map = item.get("map");
            String name = map.path("name").asText();
            map.path("elem")
                    .forEach(element -> maps.computeIfAbsent(element.path(0).asText(), _ -> new TreeSet<>())
                            .add(name));
        }
    }

    private void addElement(JsonNode element) {
        JsonNode pair = element.path("concat");
        if (pair.isArray()) {
            addresses
                    .computeIfAbsent(pair.path(0).asText(), _ -> new TreeSet<>())
                    .add(canonical(pair.path(1).asText()));
        } else {
            links.add(element.asText());
        }
    }
}
