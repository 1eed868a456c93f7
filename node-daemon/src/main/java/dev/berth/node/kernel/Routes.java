package dev.berth.node.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.contract.Patterns;
import dev.berth.node.host.ExplainedException;
import dev.berth.node.host.HostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The host's routes to single addresses (ip-route(8)). LXC adds one for each address of a context. */
final class Routes {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Programs programs;

    Routes(Programs programs) {
        this.programs = programs;
    }

    /** The first of the addresses that something else on this host has, which is left as it is. */
    Optional<ExplainedException> taken(List<String> addresses, String veth) {
        return addresses.stream()
                .flatMap(address -> holder(address, veth).stream()
                        .map(holder -> new ExplainedException(
                                "address-taken",
                                "Its address %s is already in use on this host by %s.".formatted(address, holder),
                                "a route to it exists: another Berth node here has the same pool of addresses, or the host"
                                        + " uses it itself")))
                .findFirst();
    }

    private Optional<String> holder(String address, String veth) {
        boolean six = LxcConfig.isIpv6(address);
        Programs.Result result = programs.run(Programs.Command.of(
                "ip", six ? "-6" : "-4", "-j", "route", "show", "to", "exact", address + (six ? "/128" : "/32")));
        return result.succeeded() ? holder(result.output(), List.of(veth)) : Optional.empty();
    }

    /** Canonical addresses that lead to an interface, by its name. */
    Map<String, Set<String>> byLink() {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String family : List.of("-4", "-6")) {
            Programs.Result result =
                    programs.run(Programs.Command.of("ip", family, "-j", "route", "show", "table", "main"));
            if (result.succeeded()) {
                add(result.output(), found);
            }
        }
        return found;
    }

    static void add(String json, Map<String, Set<String>> found) {
        try {
            for (JsonNode route : MAPPER.readTree(json.isBlank() ? "[]" : json)) {
                String to = route.path("dst").asText();
                if (Patterns.ADDRESS.matcher(to).matches()) {
                    found.computeIfAbsent(route.path("dev").asText(), _ -> new TreeSet<>())
                            .add(NftState.canonical(to));
                }
            }
        } catch (JsonProcessingException e) {
            throw new HostException("ip answered no JSON", e);
        }
    }

    /** Exactly these addresses lead to the interface; what has a route that leads elsewhere keeps it, as at a start. */
    void ensure(List<String> addresses, String veth) {
        Set<String> wanted =
                new TreeSet<>(addresses.stream().map(NftState::canonical).toList());
        Set<String> present = byLink().getOrDefault(veth, Set.of());
        for (String address : wanted) {
            if (!present.contains(address)) {
                add(address, veth);
            }
        }
        for (String address : present) {
            if (!wanted.contains(address)) {
                programs.run(route("delete", address, veth));
            }
        }
    }

    private void add(String address, String veth) {
        Programs.Result result = programs.run(route("add", address, veth));
        if (!result.succeeded() && !result.errors().contains("File exists")) {
            throw new HostException("cannot lead %s to %s: %s"
                    .formatted(address, veth, result.errors().strip()));
        }
    }

    private static Programs.Command route(String what, String address, String veth) {
        boolean six = LxcConfig.isIpv6(address);
        return Programs.Command.of(
                "ip", six ? "-6" : "-4", "route", what, address + (six ? "/128" : "/32"), "dev", veth);
    }

    static Optional<String> holder(String json, List<String> own) {
        try {
            for (JsonNode route : MAPPER.readTree(json.isBlank() ? "[]" : json)) {
                String device = route.path("dev").asText();
                if (device.isEmpty()) {
                    return Optional.of("a route of type " + route.path("type").asText("unknown"));
                }
                if (!own.contains(device)) {
                    return Optional.of("interface " + device);
                }
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new HostException("ip answered no JSON", e);
        }
    }
}
