package dev.berth.node.kernel;

import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A context's root file system: the image below, shared by all and shifted to the context's ids by an idmapped mount, and
 * the private layer above, which is not shifted but owned by the context's first id. (An idmapped upper layer makes the
 * overlay read-only, because the mounter's own ids are not in the map.)
 */
final class Overlay {
    private final UserNamespace namespaces;

    Overlay(UserNamespace namespaces) {
        this.namespaces = namespaces;
    }

    /**
     * @param image root of the unpacked image
     * @param layer directory with upper/ and work/
     * @param run directory that gets rootfs/, where the result is mounted
     */
    record Places(Path image, Path layer, Path run) {
        Path rootfs() {
            return run.resolve("rootfs");
        }

        Path lower() {
            return run.resolve("lower");
        }
    }

    static void makeLayer(Path layer, long baseId) {
        // The daemon's own notes lie beside the layers: nobody else passes this directory.
        Directories.make(layer, "rwx------");
        Path upper = layer.resolve("upper");
        Directories.make(layer.resolve("work"), "rwx------");
        if (!Files.isDirectory(upper)) {
            Directories.make(upper, "rwxr-xr-x");
        }
        if (owner(upper) != baseId) {
            Syscalls.chown(upper, baseId);
        }
    }

    private static long owner(Path directory) {
        try {
            return Integer.toUnsignedLong((Integer) Files.getAttribute(directory, "unix:uid"));
        } catch (IOException e) {
            throw new HostException("cannot see whose " + directory + " is", e);
        }
    }

    void mount(Places places, long baseId) {
        if (Mounts.isMounted(places.rootfs())) {
            return;
        }
        Mounts.unmount(places.lower());
        Directories.make(places.run(), "rwx--x--x");
        Directories.make(places.lower(), "rwx------");
        Directories.make(places.rootfs(), "rwxr-xr-x");
        try (Fd namespace = namespaces.open(baseId);
                Fd tree = Syscalls.idmappedCopy(places.image(), namespace)) {
            Syscalls.moveMount(tree, places.lower());
        }
        Path layer = places.layer();
        try {
            Syscalls.mount(
                    "overlay",
                    places.rootfs(),
                    // An image or a customer with a device node gets nothing from it; /dev is LXC's own.
                    Syscalls.MS_NODEV,
                    "lowerdir=%s,upperdir=%s,workdir=%s"
                            .formatted(places.lower(), layer.resolve("upper"), layer.resolve("work")));
        } finally {
            // The overlay has its own clone of the mount.
            Mounts.unmount(places.lower());
        }
    }

    void unmount(Path run) {
        Mounts.unmount(run.resolve("rootfs"));
        Mounts.unmount(run.resolve("lower"));
    }
}
