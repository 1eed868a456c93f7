package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The same files as in a context, on the same filesystem, entered by chroot: there is no context, no namespace and no limit. */
final class NativeRoot implements AutoCloseable {
    /** What of a context's making is there all the same. */
    enum Kind {
        /** Nothing: a copy of the image's tree (extents shared) in one control group. */
        BARE,

        /**
         * What a context is given on purpose: the image shared under an overlay, control groups of every controller as deep as a
         * context's, a filter of system calls. What is slower here is what these cost, whoever uses them.
         */
        LAYERED
    }

    private static final List<String> MOUNTS = List.of("proc", "dev");

    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final List<String> CONTROLLERS =
            List.of("cpu", "cpuacct", "memory", "pids", "blkio", "devices", "freezer");
    private static final String INNER = "payload/ns";
    private static final String LAT = "/usr/local/bin/lat";

    private final Kind kind;
    private final Path root;
    private final Path layer;
    private final List<Path> groups = new ArrayList<>();

    NativeRoot(Settings settings, Images.Image image, Kind kind) throws IOException {
        this.kind = kind;
        Path images = settings.node().resolve("store/images");
        Path rootfs =
                images.resolve(image.digest().substring("sha256:".length())).resolve("rootfs");
        if (!Files.isDirectory(rootfs)) {
            try (Stream<Path> found = Files.list(images)) {
                throw new IOException("the node has no " + rootfs + " but " + found.toList());
            }
        }
        root = settings.node().resolve("store/bench-" + kind);
        layer = settings.node().resolve("store/bench-layer");
        close();
        makeGroups();
        if (kind == Kind.BARE) {
            Command.of("cp", "-a", "--reflink=always", rootfs.toString(), root.toString())
                    .within(Duration.ofMinutes(5))
                    .must(Failure.START, "copying the image's tree");
        } else {
            overlay(rootfs);
        }
        for (String mount : MOUNTS) {
            Command.of("mount", "--bind", "/" + mount, root.resolve(mount).toString())
                    .must(Failure.START, "mounting " + mount);
        }
    }

    private void overlay(Path image) throws IOException {
        Files.createDirectories(root);
        Files.createDirectories(layer.resolve("upper"));
        Files.createDirectories(layer.resolve("work"));
        String layers =
                "lowerdir=%s,upperdir=%s,workdir=%s".formatted(image, layer.resolve("upper"), layer.resolve("work"));
        Command.of("mount", "-t", "overlay", "-o", layers, "overlay", root.toString())
                .must(Failure.START, "mounting an overlay");
    }

    /** The first has the same CPU weight as the one above all contexts: on a busy host all sides are as well off. */
    private void makeGroups() throws IOException {
        boolean v1 = Files.isDirectory(CGROUPS.resolve("cpu"));
        List<Path> hierarchies = v1
                ? (kind == Kind.BARE ? List.of("cpu") : CONTROLLERS)
                        .stream()
                                .map(CGROUPS::resolve)
                                .filter(Files::isDirectory)
                                .toList()
                : List.of(CGROUPS);
        for (Path hierarchy : hierarchies) {
            Path top = hierarchy.resolve("berth-bench-" + kind);
            Files.createDirectories(top);
            if (kind == Kind.LAYERED) {
                Files.createDirectories(top.resolve(INNER));
                if (!v1) {
                    for (Path above : List.of(top, top.resolve(INNER).getParent())) {
                        Files.writeString(above.resolve("cgroup.subtree_control"), "+cpu +memory +pids +io");
                    }
                }
            }
            groups.add(top);
        }
        Path cpu = groups.getFirst();
        Files.writeString(cpu.resolve(v1 ? "cpu.shares" : "cpu.weight"), v1 ? "10240" : "1000");
    }

    Path path() {
        return root;
    }

    String shell(long timeoutSeconds, String script) throws IOException {
        return shell(timeoutSeconds, List.of(), script);
    }

    /** @param around a program that runs what follows it, such as one that enters a namespace */
    String shell(long timeoutSeconds, List<String> around, String script) throws IOException {
        StringBuilder enter = new StringBuilder();
        for (Path group : groups) {
            Path inner = kind == Kind.BARE ? group : group.resolve(INNER);
            enter.append("echo $$ > ").append(inner).append("/cgroup.procs && ");
        }
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", enter + "exec \"$@\"", "sh"));
        command.addAll(around);
        command.addAll(List.of("/usr/sbin/chroot", root.toString()));
        if (kind == Kind.LAYERED) {
            command.addAll(List.of(LAT, "filtered"));
        }
        command.addAll(List.of("/bin/sh", "-c", script));
        Command.Result result = Command.of(command)
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
            unmount(root.resolve(mount));
        }
        if (MOUNTS.stream().noneMatch(mount -> NodeDaemon.mounted(root.resolve(mount)))) {
            unmount(root);
            remove(root);
            remove(layer);
        }
        // refused while something of a measurement that failed still runs in one
        for (Path group : groups) {
            for (Path one = group.resolve(INNER); one.startsWith(group); one = one.getParent()) {
                one.toFile().delete();
            }
        }
    }

    private static void unmount(Path path) {
        if (NodeDaemon.mounted(path)) {
            Command.of("umount", "--lazy", path.toString()).run();
        }
    }

    private static void remove(Path tree) {
        Command.of("rm", "-rf", "--one-file-system", tree.toString())
                .within(Duration.ofMinutes(2))
                .run();
    }
}
