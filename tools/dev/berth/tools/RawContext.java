package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The same image started by {@code lxc-start} with nothing of Berth around it: the yardstick of a benchmark. */
final class RawContext implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Settings settings;
    private final String name = "raw-" + UUID.randomUUID().toString().substring(0, 8);
    private final Path home;

    RawContext(Settings settings) {
        this.settings = settings;
        this.home = settings.ensureDirectory(settings.variable().resolve("bench"));
    }

    /** Milliseconds from calling {@code lxc-start} to its return, on a fresh upper layer. */
    long startMillis() throws IOException {
        Path layer = settings.ensureDirectory(layers().resolve(Long.toString(System.nanoTime())));
        Path mount = settings.ensureDirectory(home.resolve("rootfs"));
        for (String directory : List.of("upper", "work")) {
            settings.ensureDirectory(layer.resolve(directory));
        }
        Command.of(
                        "mount",
                        "-t",
                        "overlay",
                        "overlay",
                        "-o",
                        "lowerdir=%s,upperdir=%s,workdir=%s"
                                .formatted(image(), layer.resolve("upper"), layer.resolve("work")),
                        mount.toString())
                .must(Failure.START, "mounting the raw context");
        Path config = Files.writeString(home.resolve("raw.conf"), """
                lxc.include = /usr/share/lxc/config/common.conf
                lxc.uts.name = raw
                lxc.rootfs.path = dir:%s
                lxc.net.0.type = empty
                """.formatted(mount));
        try {
            long startNanos = System.nanoTime();
            Command.of("lxc-start", "--name=" + name, "--lxcpath=" + home, "--rcfile=" + config, "--daemon")
                    .within(LIMIT)
                    .must(Failure.START, "raw lxc-start");
            return Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
        } finally {
            Command.of("lxc-stop", "--name=" + name, "--lxcpath=" + home, "--kill")
                    .within(LIMIT)
                    .run();
            Command.of("umount", mount.toString()).run();
            Command.of("rm", "-rf", layer.toString()).within(LIMIT).run();
        }
    }

    private Path image() throws IOException {
        try (Stream<Path> images = Files.list(settings.node().resolve("store/images"))) {
            return images.map(image -> image.resolve("rootfs"))
                    .filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new IOException("the node has no image yet"));
        }
    }

    /** On the same file system as a context's private layer. */
    private Path layers() {
        return settings.node().resolve("store/bench");
    }

    @Override
    public void close() {
        Command.of("rm", "-rf", home.toString(), layers().toString())
                .within(LIMIT)
                .run();
    }
}
