package dev.berth.node.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The end of a link inside a context: its addresses and its way out, changed while it runs. LXC gives a network namespace the
 * addresses of the start, and gives them again when a context reboots itself: what was changed since is noted with the namespace
 * it was done in, so that another namespace is seen.
 */
final class InnerLink {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String DEVICE = "eth0";
    private static final String NOTE = "addresses";

    private final Path run;
    private final Programs programs;

    InnerLink(Path run, Programs programs) {
        this.run = run;
        this.programs = programs;
    }

    /** What a context added by itself stays, and gets past its link no more than before. */
    void ensure(String contextId, Init init, List<String> addresses) {
        Set<String> wanted = canonical(addresses);
        Set<String> present = present(init);
        Set<String> gone = given(contextId);
        gone.removeAll(wanted);
        gone.retainAll(present);
        List<String> commands = new ArrayList<>();
        gone.forEach(address -> commands.add("address delete %s dev %s".formatted(prefixed(address), DEVICE)));
        wanted.stream()
                .filter(address -> !present.contains(address))
                .forEach(address -> commands.add("address add %s dev %s%s"
                        .formatted(prefixed(address), DEVICE, LxcConfig.isIpv6(address) ? " nodad" : "")));
        if (commands.isEmpty()) {
            return;
        }
        note(contextId, init, wanted);
        commands.addAll(ways(wanted, present));
        programs.check(inside(init, "-batch", "-").input(String.join("\n", commands) + "\n"));
    }

    /** The first address of a version of IP brings the way out; a way that is there may be the context's own choice. */
    private static List<String> ways(Set<String> wanted, Set<String> present) {
        List<String> ways = new ArrayList<>();
        for (boolean six : List.of(false, true)) {
            if (has(wanted, six) && !has(present, six)) {
                ways.add("route replace default via %s dev %s onlink"
                        .formatted(six ? Router.GATEWAY_IPV6 : Router.GATEWAY_IPV4, DEVICE));
            }
        }
        return ways;
    }

    private static boolean has(Set<String> addresses, boolean six) {
        return addresses.stream().anyMatch(address -> LxcConfig.isIpv6(address) == six);
    }

    /** Whether its addresses were changed in a network namespace that it no longer has. */
    boolean outdated(String contextId, Init init) {
        return noted(contextId)
                .filter(lines -> !lines.getFirst().equals(namespace(init)))
                .isPresent();
    }

    private void note(String contextId, Init init, Set<String> wanted) {
        List<String> lines = new ArrayList<>(List.of(namespace(init)));
        Set<String> all = given(contextId);
        all.addAll(wanted);
        lines.addAll(all);
        Directories.writeFleeting(run.resolve(contextId).resolve(NOTE), String.join("\n", lines) + "\n");
    }

    private Optional<List<String>> noted(String contextId) {
        Path file = run.resolve(contextId).resolve(NOTE);
        return Files.exists(file)
                ? Optional.of(Directories.read(file).lines().toList()).filter(lines -> !lines.isEmpty())
                : Optional.empty();
    }

    /** What it was started with and what it was given since. */
    private Set<String> given(String contextId) {
        Set<String> given = new TreeSet<>();
        Path config = run.resolve(contextId).resolve("lxc.conf");
        if (Files.exists(config)) {
            given.addAll(started(Directories.read(config)));
        }
        noted(contextId).ifPresent(lines -> given.addAll(lines.subList(1, lines.size())));
        return given;
    }

    static Set<String> started(String config) {
        return canonical(config.lines()
                .filter(line ->
                        line.startsWith("lxc.net.0.ipv4.address = ") || line.startsWith("lxc.net.0.ipv6.address = "))
                .map(line -> line.substring(line.indexOf('=') + 2, line.indexOf('/')))
                .toList());
    }

    private Set<String> present(Init init) {
        return present(programs.check(inside(init, "-j", "address", "show", "dev", DEVICE, "scope", "global")));
    }

    static Set<String> present(String json) {
        Set<String> found = new TreeSet<>();
        try {
            for (JsonNode link : MAPPER.readTree(json)) {
                for (JsonNode address : link.path("addr_info")) {
                    // what the scope leaves out is there as an empty object
                    if (address.has("local")) {
                        found.add(NftState.canonical(address.get("local").asText()));
                    }
                }
            }
            return found;
        } catch (JsonProcessingException e) {
            throw new HostException("ip answered no JSON", e);
        }
    }

    /** The host's own program in the context's network: nothing of the context's tree is run. */
    private static Programs.Command inside(Init init, String... arguments) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + link(init), "ip"));
        words.addAll(List.of(arguments));
        return Programs.Command.of(words.toArray(String[]::new));
    }

    private static Path link(Init init) {
        return Path.of("/proc/%d/ns/net".formatted(init.pid()));
    }

    private static String namespace(Init init) {
        try {
            return Files.readSymbolicLink(link(init)).toString();
        } catch (IOException e) {
            throw new HostException("the network of process %d cannot be seen".formatted(init.pid()), e);
        }
    }

    private static Set<String> canonical(List<String> addresses) {
        return new TreeSet<>(addresses.stream().map(NftState::canonical).toList());
    }

    private static String prefixed(String address) {
        return address + (LxcConfig.isIpv6(address) ? "/128" : "/32");
    }
}
