package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The same files as in a context, on the same filesystem, without a context: a copy of the image's tree (extents shared), entered
 * by chroot. What runs here is native: no namespace, no overlay, no limit.
 */
final class NativeRoot implements AutoCloseable {
    private static final List<String> MOUNTS = List.of("proc", "dev");

    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private final Path root;
    private final Path group;

    NativeRoot(Settings settings, Images.Image image) throws IOException {
        Path images = settings.node().resolve("store/images");
        Path rootfs =
                images.resolve(image.digest().substring("sha256:".length())).resolve("rootfs");
        if (!Files.isDirectory(rootfs)) {
            try (Stream<Path> found = Files.list(images)) {
                throw new IOException("the node has no " + rootfs + " but " + found.toList());
            }
        }
        root = settings.node().resolve("store/bench-native");
        Path hierarchy = CGROUPS.resolve("cpu");
        group = (Files.isDirectory(hierarchy) ? hierarchy : CGROUPS).resolve("berth-bench-native");
        close();
        makeGroup();
        Command.of("cp", "-a", "--reflink=always", rootfs.toString(), root.toString())
                .within(Duration.ofMinutes(5))
                .must(Failure.START, "copying the image's tree");
        for (String mount : MOUNTS) {
            Command.of("mount", "--bind", "/" + mount, root.resolve(mount).toString())
                    .must(Failure.START, "mounting " + mount);
        }
    }

    /** A group of the same CPU weight as the one above all contexts, and no limits: on a busy host both are as well off. */
    private void makeGroup() throws IOException {
        Files.createDirectories(group);
        boolean v1 = Files.exists(group.resolve("cpu.shares"));
        Files.writeString(group.resolve(v1 ? "cpu.shares" : "cpu.weight"), v1 ? "10240" : "1000");
    }

    Path path() {
        return root;
    }

    String shell(long timeoutSeconds, String script) throws IOException {
        String enter = "echo $$ > %s/cgroup.procs && exec chroot %s /bin/sh -c \"$1\"".formatted(group, root);
        Command.Result result = Command.of("/bin/sh", "-c", enter, "sh", script)
                .with("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
                .with("HOME", "/root")
                .with("LC_ALL", "C")
                .within(Duration.ofSeconds(timeoutSeconds))
                .run();
        if (!result.ok()) {
            throw new IOException(script + " failed natively: " + result.output());
        }
        return result.output();
    }

    @Override
    public void close() {
        for (String mount : MOUNTS) {
            if (NodeDaemon.mounted(root.resolve(mount))) {
                Command.of("umount", "--lazy", root.resolve(mount).toString()).run();
            }
        }
        if (MOUNTS.stream().noneMatch(mount -> NodeDaemon.mounted(root.resolve(mount)))) {
            Command.of("rm", "-rf", "--one-file-system", root.toString())
                    .within(Duration.ofMinutes(2))
                    .run();
        }
        // refused while something of a measurement that failed still runs in it
        group.toFile().delete();
    }
}
