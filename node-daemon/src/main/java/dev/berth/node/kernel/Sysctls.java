package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Kernel settings that hundreds of contexts need. Limits are only raised, never lowered below what the host has. */
final class Sysctls {
    /** The default of 128 inotify instances, all charged to the host's root, stops the 18th systemd from booting. */
    private static final Map<String, Long> AT_LEAST = new TreeMap<>(Map.of(
            "fs/inotify/max_user_instances", 1L << 16,
            "fs/inotify/max_user_watches", 1L << 22,
            "fs/inotify/max_queued_events", 1L << 17,
            "fs/file-max", 1L << 21,
            "kernel/keys/maxkeys", 1L << 14,
            "kernel/keys/maxbytes", 1L << 21,
            "kernel/pty/max", 1L << 16,
            "kernel/pid_max", 1L << 22,
            // The host's log is none of a customer's business.
            "kernel/dmesg_restrict", 1L,
            "net/ipv4/ip_forward", 1L));

    private static final Map<String, Long> NEIGHBOURS =
            new TreeMap<>(Map.of("gc_thresh1", 4096L, "gc_thresh2", 16_384L, "gc_thresh3", 32_768L));

    private static final List<String> FORWARDING = List.of("net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding");

    private final Path root;

    /** @param root {@code /proc/sys}, or a test's own */
    Sysctls(Path root) {
        this.root = root;
    }

    void apply() {
        AT_LEAST.forEach(this::raise);
        for (String family : new String[] {"ipv4", "ipv6"}) {
            // The third first: the kernel does not check, but the first must never be above it.
            new TreeMap<>(NEIGHBOURS)
                    .descendingMap()
                    .forEach((key, value) -> raise("net/%s/neigh/default/%s".formatted(family, key), value));
        }
        forwardIpv6();
    }

    /** Those of the network that someone has lowered since. */
    List<String> lost() {
        return FORWARDING.stream()
                .filter(key -> Files.exists(root.resolve(key)))
                .filter(key -> Directories.read(root.resolve(key)).strip().equals("0"))
                .toList();
    }

    private void raise(String key, long atLeast) {
        Path file = root.resolve(key);
        if (Files.exists(file) && Long.parseUnsignedLong(Directories.read(file).strip()) < atLeast) {
            write(file, Long.toString(atLeast));
        }
    }

    /** A forwarding host stops listening to router advertisements, and so loses its own address, unless told 2. */
    private void forwardIpv6() {
        Path configurations = root.resolve("net/ipv6/conf");
        if (!Files.isDirectory(configurations)) {
            return;
        }
        for (String link : Directories.names(configurations)) {
            Path accept = configurations.resolve(link).resolve("accept_ra");
            if (Files.exists(accept) && Directories.read(accept).strip().equals("1")) {
                write(accept, "2");
            }
        }
        raise("net/ipv6/conf/all/forwarding", 1);
    }

    static void write(Path file, String value) {
        try {
            Files.writeString(file, value);
        } catch (IOException e) {
            throw new HostException("cannot set %s to %s".formatted(file, value), e);
        }
    }
}
