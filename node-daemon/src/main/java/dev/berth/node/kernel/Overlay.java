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
    /** Where what a context is started from is mounted. */
    static final String ROOT = "rootfs";

    /** Where its own root file system is mounted while it is started from another. */
    static final String OWN = "own";

    private final UserNamespace namespaces;

    Overlay(UserNamespace namespaces) {
        this.namespaces = namespaces;
    }

    /**
     * @param image root of the unpacked image
     * @param layer directory with upper/ and work/
     * @param run directory that gets the one in which the result is mounted
     * @param name of that, {@link #ROOT} or {@link #OWN}
     */
    record Places(Path image, Path layer, Path run, String name) {
        Path rootfs() {
            return run.resolve(name);
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
        Mounts.unmount(run.resolve(ROOT));
        Mounts.unmount(run.resolve(OWN));
        Mounts.unmount(run.resolve("lower"));
    }
}
