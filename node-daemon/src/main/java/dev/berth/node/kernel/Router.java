package dev.berth.node.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The host's end of contexts' links. It has the same two link-local addresses on every link, so that a context resolves one
 * neighbour and no more, and finds it whether or not the host has any address or default route of its own. A script of
 * LXC's does it, because a context that reboots itself gets a new link without the daemon.
 */
final class Router {
    static final String GATEWAY_IPV4 = "169.254.0.1";
    static final String GATEWAY_IPV6 = "fe80::1";

    private static final String SCRIPT = """
            #!/bin/sh
            # Written by berthd. LXC calls it with the name of the new link first.
            ip address replace %s/32 dev "$1" scope link || exit 1
            if [ -d "/proc/sys/net/ipv6/conf/$1" ]; then
                ip address replace %s/64 dev "$1" nodad
            fi
            for setting in ipv4/conf/$1/rp_filter=1 ipv4/conf/$1/accept_redirects=0 ipv4/conf/$1/send_redirects=0 \\
                ipv6/conf/$1/accept_ra=0 ipv6/conf/$1/accept_redirects=0; do
                if [ -f "/proc/sys/net/${setting%%=*}" ]; then
                    echo "${setting#*=}" > "/proc/sys/net/${setting%%=*}"
                fi
            done
            if [ -f "${0%%/*}/$1.tc" ]; then
                tc -batch "${0%%/*}/$1.tc" || exit 1
            fi
            exit 0
            """.formatted(GATEWAY_IPV4, GATEWAY_IPV6);

    /** A context is no router of the host's: neither its advertisements nor its redirects are heard, nor foreign senders. */
    private static final Map<String, String> SETTINGS = new TreeMap<>(Map.of(
            "net/ipv4/conf/%s/rp_filter", "1",
            "net/ipv4/conf/%s/accept_redirects", "0",
            "net/ipv4/conf/%s/send_redirects", "0",
            "net/ipv6/conf/%s/accept_ra", "0",
            "net/ipv6/conf/%s/accept_redirects", "0"));

    private Router() {}

    /** Settings of a link that are not what they should be, in sentences. */
    static List<String> lost(Path root, String veth) {
        List<String> found = new ArrayList<>();
        SETTINGS.forEach((key, wanted) -> {
            Path file = root.resolve(key.formatted(veth));
            if (Files.exists(file) && !Directories.read(file).strip().equals(wanted)) {
                found.add("the setting %s of its link was changed".formatted(file.getFileName()));
            }
        });
        return found;
    }

    static void settle(Path root, String veth) {
        SETTINGS.forEach((key, wanted) -> {
            Path file = root.resolve(key.formatted(veth));
            if (Files.exists(file)) {
                Sysctls.write(file, wanted);
            }
        });
    }

    static Path script(Path run) {
        return run.resolve("link-up");
    }

    /** What is to hold on a link as soon as there is one, for {@code tc -batch}. */
    static Path linkFile(Path run, String veth) {
        return run.resolve(veth + ".tc");
    }

    static void prepare(Path run) {
        Directories.write(script(run), SCRIPT, "rwx------");
    }
}
