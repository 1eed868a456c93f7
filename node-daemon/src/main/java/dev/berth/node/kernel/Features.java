package dev.berth.node.kernel;

import dev.berth.contract.Boot;
import dev.berth.contract.Boot.Feature;
import dev.berth.contract.ContextSpec;
import dev.berth.node.host.ContextLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a context may do beyond the ordinary. Devices are nodes of its own in its run directory, because the host's may be closed to
 * others: what may be done with them is up to the kernel, which asks for rights in the context's own namespaces.
 */
final class Features {
    /** Numbers from Documentation/admin-guide/devices.txt. */
    private record Device(String place, int major, int minor) {
        private Path node(Path run) {
            return run.resolve("dev-" + place.substring(place.lastIndexOf('/') + 1));
        }
    }

    private static final Device FUSE = new Device("dev/fuse", 10, 229);
    private static final Device TUN = new Device("dev/net/tun", 10, 200);

    private Features() {}

    static List<Feature> of(ContextSpec spec) {
        return spec.boot().orElse(Boot.ORDINARY).features();
    }

    /** Makes the nodes that {@link #lines} speaks of. */
    static void prepare(ContextLayout layout, Path run, Programs programs) {
        for (Feature feature : of(layout.spec())) {
            switch (feature) {
                case NESTING -> {}
                case FUSE -> make(FUSE, run, programs);
                case TUN -> make(TUN, run, programs);
            }
        }
    }

    private static void make(Device device, Path run, Programs programs) {
        Path node = device.node(run);
        if (!Files.exists(node)) {
            programs.check(Programs.Command.of(
                    "mknod",
                    "--mode=0666",
                    node.toString(),
                    "c",
                    Integer.toString(device.major),
                    Integer.toString(device.minor)));
        }
    }

    /** In LXC's configuration. A nested container's proc and sysfs may show no more than one that is mounted already, in full. */
    static List<String> lines(Feature feature, Path run) {
        return switch (feature) {
            case NESTING ->
                List.of(
                        "lxc.mount.entry = proc dev/.lxc/proc proc create=dir,optional 0 0",
                        "lxc.mount.entry = sys dev/.lxc/sys sysfs create=dir,optional 0 0");
            case FUSE -> device(FUSE, run);
            case TUN -> device(TUN, run);
        };
    }

    private static List<String> device(Device device, Path run) {
        String rule = "c %d:%d rwm".formatted(device.major, device.minor);
        return List.of(
                "lxc.cgroup.devices.allow = " + rule,
                "lxc.cgroup2.devices.allow = " + rule,
                "lxc.mount.entry = %s %s none bind,create=file 0 0".formatted(device.node(run), device.place));
    }
}
