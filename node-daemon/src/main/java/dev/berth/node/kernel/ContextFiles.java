package dev.berth.node.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.contract.Boot;
import dev.berth.contract.ContextSpec;
import dev.berth.contract.Life;
import dev.berth.contract.NetworkSpec;
import dev.berth.contract.NetworkSpec.Resolver;
import dev.berth.contract.UserData;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files Berth wants inside a context, from its spec. */
final class ContextFiles {
    private ContextFiles() {}

    /** Where cloud-init's data source NoCloud looks. */
    private static final String SEED = "var/lib/cloud/seed/nocloud/";

    /** Directories whose content is nobody's but root's; an existing one keeps its mode. */
    static final Map<String, Integer> PRIVATE = Map.of("root/.ssh/", 0700, SEED, 0700);

    /** @param path relative to the root of the tree */
    record Wanted(String path, String content, int mode) {
        String sha256() {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
                return HexFormat.of().formatHex(hash);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static List<Wanted> of(ContextSpec spec, List<String> nameservers, Distribution distribution) {
        List<Wanted> files = new ArrayList<>();
        files.add(new Wanted("etc/hostname", spec.hostname() + "\n", 0644));
        files.add(new Wanted("etc/hosts", hosts(spec), 0644));
        // Known from the first boot on: systemd need not invent one and treat every start as the first.
        files.add(new Wanted("etc/machine-id", spec.contextId().replace("-", "") + "\n", 0444));
        if (distribution.hasSystemd()) {
            files.add(new Wanted("etc/systemd/network/10-berth-eth0.network", network(spec), 0644));
        }
        String resolver = resolver(spec, nameservers);
        if (!resolver.isEmpty()) {
            files.add(new Wanted("etc/resolv.conf", resolver, 0644));
        }
        files.add(new Wanted("root/.ssh/authorized_keys", lines("", spec.sshKeys()), 0600));
        // what sets a new system up is nothing for one that is there to mend it
        boolean rescue = spec.boot().flatMap(Boot::rescueImage).isPresent();
        spec.life().flatMap(Life::userData).filter(_ -> !rescue).ifPresent(data -> files.addAll(seed(spec, data)));
        return files;
    }

    /** The instance's id is the context's: cloud-init takes no later boot for the first one. The network is set up by now. */
    private static List<Wanted> seed(ContextSpec spec, UserData data) {
        String about = "instance-id: %s\nlocal-hostname: %s\n".formatted(spec.contextId(), spec.hostname());
        return List.of(
                new Wanted(SEED + "user-data", data.text(), 0600),
                new Wanted(SEED + "meta-data", about, 0600),
                new Wanted(SEED + "network-config", "config: disabled\n", 0600));
    }

    private static String resolver(ContextSpec spec, List<String> usual) {
        Optional<Resolver> own = spec.network().flatMap(NetworkSpec::resolver);
        List<String> nameservers =
                own.map(Resolver::nameservers).filter(list -> !list.isEmpty()).orElse(usual);
        List<String> search = own.map(Resolver::search).orElse(List.of());
        return lines("nameserver ", nameservers)
                + (search.isEmpty() ? "" : "search %s\n".formatted(String.join(" ", search)));
    }

    private static String hosts(ContextSpec spec) {
        String name = spec.hostname();
        int dot = name.indexOf('.');
        String names = dot < 0 ? name : name + " " + name.substring(0, dot);
        StringBuilder text = new StringBuilder();
        text.append("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
        if (spec.addresses().isEmpty()) {
            text.append("127.0.1.1 ").append(names).append('\n');
        }
        spec.addresses()
                .forEach(address ->
                        text.append(address).append(' ').append(names).append('\n'));
        return text.toString();
    }

    /** The interface comes configured; this keeps a networkd that someone switches on from taking it apart. */
    private static String network(ContextSpec spec) {
        StringBuilder text = new StringBuilder("[Match]\nName=eth0\n\n[Network]\nKeepConfiguration=yes\n");
        text.append("DHCP=no\nIPv6AcceptRA=no\nLinkLocalAddressing=ipv6\n");
        spec.addresses()
                .forEach(address ->
                        text.append("Address=").append(address).append(LxcConfig.isIpv6(address) ? "/128\n" : "/32\n"));
        for (String gateway : List.of(Router.GATEWAY_IPV4, Router.GATEWAY_IPV6)) {
            text.append("\n[Route]\nGatewayOnLink=yes\nGateway=")
                    .append(gateway)
                    .append('\n');
        }
        return text.toString();
    }

    private static String lines(String prefix, List<String> values) {
        StringBuilder text = new StringBuilder();
        values.forEach(value -> text.append(prefix).append(value).append('\n'));
        return text.toString();
    }
}
