package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What contexts of the demo need of this host's network to see the world, as the host itself does. */
final class HostNetwork {
    /** The portal's own default, {@code berth.ip.pool}. */
    private static final String POOL = "10.77.0.0/24";

    /** RFC 1918. */
    private static final Pattern PRIVATE =
            Pattern.compile("(10|192\\.168|172\\.(1[6-9]|2[0-9]|3[01]))\\.[0-9.]+/[0-9]{1,2}");

    private static final Pattern NAMESERVER = Pattern.compile("nameserver\\s+([0-9a-f.:]+)");
    private static final int MAX_NAMESERVERS = 3;

    /** The first names the servers that systemd-resolved asks; the other then names only itself, on a loopback address. */
    private static final List<Path> RESOLVERS =
            List.of(Path.of("/run/systemd/resolve/resolv.conf"), Path.of("/etc/resolv.conf"));

    private HostNetwork() {}

    /** Addresses that nobody outside of this host knows; empty where they were chosen otherwise, or {@code BERTH_NAT} says what is. */
    static Optional<String> privatePool() {
        return Optional.of(System.getenv().getOrDefault("BERTH_IP_POOL", POOL))
                .filter(pool -> System.getenv("BERTH_NAT") == null)
                .filter(pool -> PRIVATE.matcher(pool).matches());
    }

    /** Whom this host asks for names; none where only itself could be asked, or {@code BERTH_NAMESERVERS} says whom. */
    static List<String> nameservers() {
        if (System.getenv("BERTH_NAMESERVERS") != null) {
            return List.of();
        }
        return RESOLVERS.stream()
                .filter(Files::isReadable)
                .findFirst()
                .map(HostNetwork::named)
                .orElse(List.of());
    }

    private static List<String> named(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> NAMESERVER.matcher(line.strip()))
                    .filter(matcher -> matcher.matches())
                    .map(matcher -> matcher.group(1))
                    .filter(address -> !address.startsWith("127.") && !address.equals("::1"))
                    .limit(MAX_NAMESERVERS)
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }
}
