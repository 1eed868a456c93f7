package dev.berth.node.kernel;

import static dev.berth.node.host.ContextLayout.ID_RANGE;

import dev.berth.contract.ContextSpec;
import dev.berth.node.host.ContextLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * LXC's configuration of one context (lxc.container.conf(5)). Limits are not here: they are on the outer cgroup, which
 * outlives LXC's own.
 *
 * @param run holds a directory per context with the mounted root file system, and the script of {@link Router}
 * @param payloadGroup cgroup of the context's processes
 * @param monitorGroup cgroup of LXC's monitor
 * @param apparmor whether the kernel confines by AppArmor
 * @param distribution of the image it is started from
 */
record LxcConfig(
        ContextLayout layout,
        Path run,
        String payloadGroup,
        String monitorGroup,
        boolean apparmor,
        Distribution distribution) {

    String text() {
        ContextSpec spec = layout.spec();
        Path rootfs = run.resolve(spec.contextId()).resolve(Overlay.ROOT);
        List<String> lines = new ArrayList<>(List.of(
                "# Generated at every start by berthd; changes are lost.",
                "lxc.include = /usr/share/lxc/config/common.conf",
                "lxc.uts.name = " + spec.hostname(),
                "lxc.rootfs.path = dir:" + rootfs,
                "lxc.arch = " + architecture(),
                "",
                "# unprivileged: its own ids, the device list and dropped capabilities of common.conf stay",
                "lxc.idmap = u 0 %d %d".formatted(layout.baseId(), ID_RANGE),
                "lxc.idmap = g 0 %d %d".formatted(layout.baseId(), ID_RANGE),
                "lxc.tty.dir =",
                "lxc.mount.auto = sys:rw",
                "lxc.signal.halt = " + distribution.haltSignal(),
                "lxc.hook.mount = " + Lxcfs.hidingHook(run),
                "",
                "lxc.cgroup.dir.container = " + payloadGroup,
                "lxc.cgroup.dir.monitor = " + monitorGroup,
                "lxc.cgroup.dir.container.inner = ns",
                ""));
        if (apparmor) {
            lines.add("lxc.apparmor.profile = generated");
            // Without it the profile denies systemd's own units their private mounts: logind fails with 226/NAMESPACE.
            lines.add("lxc.apparmor.allow_nesting = 1");
        }
        lines.addAll(distribution.lxcLines());
        Features.of(spec).forEach(feature -> lines.addAll(Features.lines(feature, run.resolve(spec.contextId()))));
        if (layout.rescueImage().isPresent()) {
            Path own = rootfs.resolveSibling(Overlay.OWN);
            lines.add("lxc.mount.entry = %s mnt none bind,create=dir 0 0".formatted(own));
        }
        lines.addAll(network(spec.addresses()));
        return String.join("\n", lines) + "\n";
    }

    /** Routed: the host's end is the only neighbour, and no layer 2 is shared with anyone. */
    private List<String> network(List<String> addresses) {
        if (addresses.isEmpty()) {
            return List.of("lxc.net.0.type = empty");
        }
        String veth = Names.veth(layout.contextId());
        List<String> lines = new ArrayList<>(List.of(
                "lxc.net.0.type = veth",
                "lxc.net.0.veth.mode = router",
                "lxc.net.0.veth.pair = " + veth,
                "lxc.net.0.name = eth0",
                "lxc.net.0.flags = up",
                "lxc.net.0.script.up = %s %s".formatted(Router.script(run), veth)));
        for (String address : addresses) {
            lines.add(
                    isIpv6(address)
                            ? "lxc.net.0.ipv6.address = %s/128".formatted(address)
                            : "lxc.net.0.ipv4.address = %s/32".formatted(address));
        }
        if (addresses.stream().anyMatch(address -> !isIpv6(address))) {
            lines.add("lxc.net.0.ipv4.gateway = " + Router.GATEWAY_IPV4);
        }
        if (addresses.stream().anyMatch(LxcConfig::isIpv6)) {
            lines.add("lxc.net.0.ipv6.gateway = " + Router.GATEWAY_IPV6);
        }
        return lines;
    }

    static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0;
    }

    private static String architecture() {
        return "aarch64".equals(System.getProperty("os.arch")) ? "aarch64" : "x86_64";
    }
}
