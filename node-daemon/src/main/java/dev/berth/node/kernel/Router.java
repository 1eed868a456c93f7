package dev.berth.node.kernel;

import java.nio.file.Path;

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
            if [ -f "${0%%/*}/$1.tc" ]; then
                tc -batch "${0%%/*}/$1.tc" || exit 1
            fi
            exit 0
            """.formatted(GATEWAY_IPV4, GATEWAY_IPV6);

    private Router() {}

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
