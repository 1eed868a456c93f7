package dev.berth.node.kernel;

import dev.berth.node.host.Finding;
import dev.berth.node.host.Finding.Level;
import java.util.ArrayList;
import java.util.List;

/** What the kernel can do for rates and firewalls. It is tried in network namespaces that end with the trial. */
final class NetworkDoctor {
    private static final String STATEFUL = """
            table inet probe {
                set asked { type ipv4_addr . inet_service; flags dynamic,timeout; size 16; timeout 30s; }
                map class { typeof iifname : meta priority; }
                limit slow { rate over 1000 bytes/second burst 1000 bytes; }
                chain rules {
                    type filter hook forward priority filter; policy accept;
                    ct state established,related accept
                    ct state new ct count over 8 drop
                    meta priority set iifname map @class
                    limit name "slow" drop
                }
            }
            """;

    private static final String TRANSLATION = """
            table inet probe {
                set translated { type ipv4_addr; flags dynamic; size 16; }
                chain rules {
                    type filter hook forward priority filter; policy accept;
                    ct state new add @translated { ip saddr ct count over 8 } drop
                }
                chain hide {
                    type nat hook postrouting priority srcnat; policy accept;
                    masquerade
                }
            }
            """;

    private final HostConfig config;
    private final Programs programs;

    NetworkDoctor(HostConfig config, Programs programs) {
        this.config = config;
        this.programs = programs;
    }

    List<Finding> examine() {
        List<Finding> found = new ArrayList<>(List.of(firewall(), sending(), receiving()));
        if (!config.translated().isEmpty()) {
            found.add(translation());
        }
        return List.copyOf(found);
    }

    private Finding firewall() {
        Programs.Result tried = programs.run(
                Programs.Command.of("unshare", "--net", "nft", "-f", "-").input(STATEFUL));
        return new Finding(
                "stateful firewall",
                tried.succeeded() ? Level.OK : Level.DEGRADED,
                tried.succeeded() ? "yes" : tried.errors().lines().findFirst().orElse("no"),
                tried.succeeded() ? "" : "use a kernel with nf_tables, nft_ct, nft_connlimit and nft_limit");
    }

    private Finding translation() {
        boolean there = translates(programs);
        return new Finding(
                "address translation",
                there ? Level.OK : Level.DEGRADED,
                there ? "yes" : "not in this kernel: private addresses do not reach the world",
                there ? "" : "use a kernel with nft_nat, nft_masq and nft_connlimit");
    }

    /** What of it this kernel can do: one that cannot translate addresses serves all the rest. */
    static HostConfig possible(HostConfig wanted, Programs programs) {
        boolean kept = wanted.translated().isEmpty() || translates(programs);
        return kept ? wanted : wanted.withTranslated(List.of());
    }

    private static boolean translates(Programs programs) {
        return programs.run(Programs.Command.of("unshare", "--net", "nft", "-f", "-")
                        .input(TRANSLATION))
                .succeeded();
    }

    private Finding sending() {
        if (!TrafficControl.offers("htb", programs)) {
            return new Finding(
                    "sending rates",
                    Level.DEGRADED,
                    "no HTB in this kernel: ceilings are policed, nothing is reserved",
                    "use a kernel with sch_htb");
        }
        return config.uplink()
                .map(link -> new Finding(
                        "sending rates", Level.OK, "HTB on %s, %d bit/s".formatted(link.name(), link.bits()), ""))
                .orElseGet(() -> new Finding(
                        "sending rates",
                        Level.DEGRADED,
                        "no uplink is named: ceilings are policed, nothing is reserved",
                        "start the daemon with --uplink INTERFACE:MBIT"));
    }

    private Finding receiving() {
        boolean there = TrafficControl.offers("tbf", programs);
        return new Finding(
                "receiving rates",
                there ? Level.OK : Level.DEGRADED,
                there ? "token bucket on each link" : "no token bucket filter in this kernel",
                there ? "" : "use a kernel with sch_tbf");
    }
}
