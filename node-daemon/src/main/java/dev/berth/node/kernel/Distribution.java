package dev.berth.node.kernel;

import dev.berth.node.kernel.ContextFiles.Wanted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What the distribution of an image needs so that it starts where the host has set up its network. Each family has files that keep
 * its own tools from asking for addresses by DHCP, or from taking away those that are there, and says how its process 1 is told to
 * shut down.
 */
sealed interface Distribution {
    /** What systemd takes for a request to shut down (systemd(1), SIGRTMIN+3). */
    String SYSTEMD_HALT = "SIGRTMIN+3";

    /** For ifupdown and its like (interfaces(5)): {@code manual} brings a link up and leaves its addresses alone. */
    String INTERFACES = """
            auto lo
            iface lo inet loopback

            # eth0 is set up by the host before the system starts
            iface eth0 inet manual
            """;

    /** Files by the path whose presence in the image asks for them. */
    Map<String, Wanted> files();

    default String haltSignal() {
        return SYSTEMD_HALT;
    }

    /** Whether its process 1 reads {@code /etc/systemd}. */
    default boolean hasSystemd() {
        return true;
    }

    /** Lines of LXC's configuration that only this family needs. */
    default List<String> lxcLines() {
        return List.of();
    }

    /** @param present whether the image has a path, relative to its root */
    default List<Wanted> files(Predicate<String> present) {
        List<Wanted> wanted = new ArrayList<>();
        files().forEach((path, file) -> {
            if (present.test(path)) {
                wanted.add(file);
            }
        });
        return wanted;
    }

    /** Those that LXC's images configure by ifupdown. */
    record Debian() implements Distribution {
        @Override
        public Map<String, Wanted> files() {
            return Map.of("etc/network/interfaces", interfaces());
        }
    }

    /** Netplan makes files of its own out of what it finds, when systemd reloads: an image's first one asks for DHCP. */
    record Ubuntu() implements Distribution {
        private static final String NETPLAN = "etc/netplan/10-lxc.yaml";

        @Override
        public Map<String, Wanted> files() {
            return Map.of(
                    NETPLAN,
                    new Wanted(
                            NETPLAN,
                            "# eth0 is set up by the host before the system starts\nnetwork:\n  version: 2\n",
                            0600),
                    "etc/network/interfaces",
                    interfaces());
        }
    }

    /** BusyBox's init shuts down on SIGUSR2 (BusyBox, init/halt.c), and OpenRC wants an empty {@code /run}. */
    record Alpine() implements Distribution {
        @Override
        public Map<String, Wanted> files() {
            return Map.of("etc/network", interfaces());
        }

        @Override
        public String haltSignal() {
            return "SIGUSR2";
        }

        @Override
        public boolean hasSystemd() {
            return false;
        }

        @Override
        public List<String> lxcLines() {
            return List.of("lxc.mount.entry = run run tmpfs rw,nodev,nosuid,relatime,mode=755,create=dir 0 0");
        }
    }

    /** Rocky and its relatives: NetworkManager takes every link it knows nothing of for one that wants DHCP. */
    record EnterpriseLinux() implements Distribution {
        private static final String CONFIGURATION = "etc/NetworkManager/conf.d/90-berth.conf";
        private static final String SCRIPT = "etc/sysconfig/network-scripts/ifcfg-eth0";

        @Override
        public Map<String, Wanted> files() {
            return Map.of(
                    "etc/NetworkManager",
                    new Wanted(
                            CONFIGURATION,
                            "# eth0 is set up by the host before the system starts\n[keyfile]\nunmanaged-devices=interface-name:eth0\n",
                            0644),
                    SCRIPT,
                    new Wanted(SCRIPT, "DEVICE=eth0\nONBOOT=no\nNM_CONTROLLED=no\n", 0644));
        }
    }

    /** Nothing is known of it but that it is no other. */
    record Unknown() implements Distribution {
        @Override
        public Map<String, Wanted> files() {
            return Map.of();
        }
    }

    private static Wanted interfaces() {
        return new Wanted("etc/network/interfaces", INTERFACES, 0644);
    }

    /** @param osRelease an image's {@code /etc/os-release} (os-release(5)); its own name counts before those it is like */
    static Distribution of(String osRelease) {
        Map<String, String> values = new TreeMap<>();
        for (String line : osRelease.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1).replaceAll("[\"']", ""));
            }
        }
        List<String> names = new ArrayList<>(List.of(values.getOrDefault("ID", "")));
        names.addAll(Arrays.asList(values.getOrDefault("ID_LIKE", "").split(" ", -1)));
        return names.stream()
                .map(Distribution::named)
                .filter(found -> !(found instanceof Unknown))
                .findFirst()
                .orElseGet(Unknown::new);
    }

    private static Distribution named(String id) {
        return switch (id) {
            case "debian" -> new Debian();
            case "ubuntu" -> new Ubuntu();
            case "alpine" -> new Alpine();
            case "rocky", "rhel", "centos", "almalinux", "fedora" -> new EnterpriseLinux();
            default -> new Unknown();
        };
    }
}
