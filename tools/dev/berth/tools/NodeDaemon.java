package dev.berth.tools;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** berthd on this host, enrolled by a single-use token; and the file-system views of lxcfs that its contexts use. */
final class NodeDaemon {
    static final String NAME = "berthd";
    static final String LXCFS = "lxcfs";
    private static final long SMALLEST_STORE_BYTES = 4L << 30;
    private static final long LARGEST_STORE_BYTES = 200L << 30;
    private static final Path LXCFS_MOUNT = Path.of("/var/lib/lxcfs");
    private static final List<String> JVM = List.of(
            // grows to what it needs: by itself the JVM would begin with all it may have
            "-Xms24m",
            "-Xmx96m",
            "-Xmn8m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            // the start cache is used where it was made for: moved, all of its pages are read and become the process's
            // own
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=20",
            // what a burst of orders took outside the heap goes back to the host
            "-XX:TrimNativeHeapInterval=60000",
            "--enable-native-access=ALL-UNNAMED");

    private final Settings settings;
    private final Daemons daemons;
    private final Builds builds;
    private final Signing signing;
    private final StartCache cache;

    NodeDaemon(Settings settings, Daemons daemons, Builds builds, Signing signing) {
        this.settings = settings;
        this.daemons = daemons;
        this.builds = builds;
        this.signing = signing;
        this.cache = new StartCache(settings, daemons, builds.nodeJar());
    }

    /** Builds it where its sources differ from the last build's; true when it had to. */
    boolean build() {
        boolean built = builds.node();
        return cache.ensure(JVM) || built;
    }

    /** lxcfs shows a context its own memory and CPUs; started only where the system has not. */
    void startViews() {
        if (mounted(LXCFS_MOUNT) && !Files.isReadable(LXCFS_MOUNT.resolve("proc/meminfo"))) {
            // it ended and left its mount, into which nobody can look
            Command.of("umount", "--lazy", LXCFS_MOUNT.toString()).must(Failure.HOST, "taking lxcfs's dead mount away");
        }
        if (!mounted(LXCFS_MOUNT) && Command.exists(LXCFS)) {
            settings.ensureDirectory(LXCFS_MOUNT);
            daemons.start(new Daemons.Spec(
                    LXCFS, List.of(LXCFS, "-f", LXCFS_MOUNT.toString()), Map.of(), settings.variable()));
            daemons.awaitReady(LXCFS, Duration.ofSeconds(10), () -> mounted(LXCFS_MOUNT));
        }
    }

    static boolean mounted(Path place) {
        try {
            return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                    .anyMatch(line -> line.split(" ")[1].equals(place.toString()));
        } catch (IOException e) {
            return false;
        }
    }

    /** True when this node has its certificate already. */
    boolean enrolled() {
        return Files.exists(settings.node().resolve("identity/identity.json"));
    }

    void start(boolean simulated, Path joinToken) {
        settings.ensureDirectory(settings.node());
        List<String> command = new ArrayList<>(List.of(Builds.java()));
        command.addAll(JVM);
        command.addAll(cache.options());
        command.addAll(List.of(
                "-jar",
                builds.nodeJar().toString(),
                "run",
                "--data-dir",
                settings.node().toString(),
                "--portal",
                "https://" + Settings.HOST + ":" + settings.agentPort(),
                "--name",
                name(simulated),
                "--join-token-file",
                joinToken.toString(),
                "--cgroup-root",
                settings.cgroupRoot(),
                "--nft-table",
                settings.nftTable(),
                "--store-bytes",
                Long.toString(storeBytes()),
                "--image-keys",
                signing.trusted().toString()));
        if (simulated) {
            command.add("--simulated");
        }
        HostNetwork.privatePool().ifPresent(pool -> command.addAll(List.of("--nat", pool)));
        List<String> nameservers = HostNetwork.nameservers();
        if (!nameservers.isEmpty()) {
            command.addAll(List.of("--nameservers", String.join(",", nameservers)));
        }
        // one arena of the C library for each CPU would keep what threads that are gone once had
        daemons.start(new Daemons.Spec(NAME, command, Map.of("MALLOC_ARENA_MAX", "2"), settings.variable()));
    }

    /** Half of what is free here, for a file that grows as contexts write; it keeps the size it was made with. */
    private long storeBytes() {
        try {
            long half = Files.getFileStore(settings.node()).getUsableSpace() / 2;
            return Math.clamp(half, SMALLEST_STORE_BYTES, LARGEST_STORE_BYTES);
        } catch (IOException e) {
            return SMALLEST_STORE_BYTES;
        }
    }

    static String name(boolean simulated) {
        return simulated ? "simulated1" : "node1";
    }

    /** {@code berth node …}: berthd's own command line. */
    int client(List<String> arguments) {
        return command(arguments).runHere();
    }

    Command.Result ask(String... arguments) {
        return command(List.of(arguments)).within(Duration.ofMinutes(2)).run();
    }

    private Command command(List<String> arguments) {
        if (!Files.exists(builds.nodeJar())) {
            throw new Failure(Failure.NOT_RUNNING, "berthd is not built yet: `./berth up` does it");
        }
        List<String> command = new ArrayList<>(List.of(Builds.java()));
        command.addAll(JVM);
        command.addAll(cache.options());
        command.addAll(List.of("-jar", builds.nodeJar().toString()));
        // the client's options stand before `--`, which begins the command to run inside a context
        int end = arguments.indexOf("--");
        List<String> own = end < 0 ? arguments : arguments.subList(0, end);
        command.addAll(own);
        command.addAll(List.of("--data-dir", settings.node().toString()));
        if (end >= 0) {
            command.addAll(arguments.subList(end, arguments.size()));
        }
        return Command.of(command).within(Duration.ofHours(12));
    }

    void awaitReady() {
        daemons.awaitReady(NAME, Duration.ofSeconds(90), this::ready);
    }

    /** Whether somebody answers at its socket: the file alone may be that of one who was killed. */
    boolean ready() {
        return answers(settings.node());
    }

    /** @param directory a berthd's data directory */
    static boolean answers(Path directory) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("berthd.sock")))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
