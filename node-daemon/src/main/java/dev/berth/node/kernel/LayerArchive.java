package dev.berth.node.kernel;

import dev.berth.node.host.ExplainedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * A private layer as one file for another host: a tar of what is above the image, with links of both kinds, holes, attributes and the
 * device nodes by which an overlay hides files of the image. Its ids count from 0: tar looks through a mount that shifts them, so
 * that owners, access lists and capabilities come out of it, and go into it, as the kernel itself translates them.
 */
final class LayerArchive {
    private static final Logger LOG = Logger.getLogger(LayerArchive.class);
    private static final Duration WITHIN = Duration.ofMinutes(25);
    private static final int MAX_ERRORS = 64 << 10;

    /** Attributes that mean the same on another host: what an overlay notes of its lower layer's inodes does not. */
    private static final List<String> ATTRIBUTES = List.of(
            "--acls",
            "--xattrs",
            "--xattrs-include=user.*",
            "--xattrs-include=security.capability",
            "--xattrs-include=trusted.overlay.opaque",
            "--xattrs-include=trusted.overlay.redirect");

    private final Programs programs;
    private final UserNamespace namespaces;

    LayerArchive(Programs programs) {
        this.programs = programs;
        this.namespaces = new UserNamespace(programs);
    }

    /**
     * @param run the context's directory of mounts
     * @param baseId its first id
     */
    record Place(Path run, long baseId) {
        /** Free while the root file system is not mounted, and taken off with it after a crash. */
        Path view() {
            return run.resolve("lower");
        }
    }

    void write(Path upper, Place place, Path archive) {
        look(place);
        try (Fd namespace = namespaces.openReverse(place.baseId());
                Fd tree = Syscalls.idmappedCopy(upper, namespace)) {
            Syscalls.moveMount(tree, place.view());
            List<String> how = List.of(
                    "--create",
                    "--format=posix",
                    "--pax-option=delete=atime,delete=ctime",
                    "--sparse",
                    "--one-file-system",
                    "--warning=no-file-ignored");
            tar(how, place, archive, ".");
        } finally {
            Mounts.unmount(place.view());
        }
    }

    /** @param upper empty */
    void read(Path archive, Path upper, Place place) {
        look(place);
        try (Fd namespace = namespaces.openReverse(place.baseId());
                Fd tree = Syscalls.writableIdmappedCopy(upper, namespace)) {
            Syscalls.moveMount(tree, place.view());
            tar(List.of("--extract", "--same-owner", "--preserve-permissions"), place, archive);
        } finally {
            Mounts.unmount(place.view());
        }
    }

    private static void look(Place place) {
        Mounts.unmount(place.view());
        Directories.make(place.run(), "rwx--x--x");
        Directories.make(place.view(), "rwx------");
    }

    private void tar(List<String> how, Place place, Path archive, String... members) {
        List<String> arguments = new ArrayList<>(List.of("tar"));
        arguments.addAll(how);
        arguments.addAll(ATTRIBUTES);
        arguments.addAll(List.of("--numeric-owner", "--file=" + archive, "--directory=" + place.view()));
        arguments.addAll(List.of(members));
        Programs.Result result = programs.run(new Programs.Command(arguments, "", WITHIN, MAX_ERRORS));
        if (!result.succeeded()) {
            LOG.warnf("tar ended with %d", result.exitCode());
            throw new ExplainedException("move", "The disk cannot be moved.", result.errors());
        }
    }
}
