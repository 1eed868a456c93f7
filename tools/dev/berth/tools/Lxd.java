package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * LXD from the distribution's package, as something to compare with: a daemon of this measurement's own, without systemd, on a
 * btrfs subvolume beside Berth's contexts. Containers get the same image, an id range of the same size for each and like limits.
 */
final class Lxd implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/bin/lxd"), Path.of("/usr/bin/lxc"));

    private final Settings settings;
    private final Path home;
    private final Path pool;
    private String missing = "";
    private boolean started;

    Lxd(Settings settings) {
        this.settings = settings;
        this.home = settings.variable().resolve("bench-lxd");
        this.pool = settings.node().resolve("store/bench-lxd");
    }

    /** Why there is nothing to compare with. */
    String missing() {
        return missing;
    }

    /** Starts the daemon with a pool and the image; false where the package is not installed or does not work here. */
    boolean start(Path image) throws IOException {
        if (!PROGRAMS.stream().allMatch(Files::isExecutable)) {
            missing = "LXD is not installed (Debian 12: apt-get install lxd lxd-client)";
            return false;
        }
        settings.ensureDirectory(home);
        settings.ensureDirectory(home.resolve("d"));
        ProcessBuilder daemon = new ProcessBuilder("/usr/bin/lxd", "--group", "root")
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile());
        daemon.environment().putAll(directory());
        daemon.start();
        started = true;
        return Waits.until(READY_LIMIT, () -> lxd("waitready", "--timeout=5").ok()) && prepared(image);
    }

    private boolean prepared(Path image) throws IOException {
        Path metadata = settings.ensureDirectory(home.resolve("meta"));
        Files.writeString(metadata.resolve("metadata.yaml"), "architecture: x86_64\ncreation_date: 1700000000\n");
        Path archive = home.resolve("meta.tar.gz");
        Command.of("tar", "-C", metadata.toString(), "-czf", archive.toString(), "metadata.yaml")
                .must(Failure.START, "metadata for LXD");
        List<List<String>> steps = List.of(
                List.of("storage", "create", "bench", "btrfs", "source=" + pool),
                List.of("profile", "device", "add", "default", "root", "disk", "path=/", "pool=bench", "size=2GiB"),
                List.of("profile", "device", "add", "default", "eth0", "nic", "nictype=p2p"),
                List.of("image", "import", archive.toString(), image.toString(), "--alias", "berth"));
        for (List<String> step : steps) {
            Command.Result result = lxc(step);
            if (!result.ok()) {
                missing =
                        "lxc %s: %s".formatted(step.getFirst(), result.output().strip());
                return false;
            }
        }
        // the first one unpacks the image
        launchMillis("warm");
        delete("warm");
        return true;
    }

    /** Milliseconds of {@code lxc launch}. */
    long launchMillis(String name) {
        List<String> arguments = List.of(
                "launch",
                "berth",
                name,
                "-c",
                "security.idmap.isolated=true",
                "-c",
                "security.idmap.size=65536",
                "-c",
                "limits.cpu.allowance=100ms/100ms",
                "-c",
                "limits.memory=256MiB",
                "-c",
                "limits.processes=256");
        long startNanos = System.nanoTime();
        Command.Result result = lxc(arguments);
        if (!result.ok()) {
            throw new Failure(Failure.START, "lxc launch: " + result.output().strip());
        }
        return Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
    }

    /** How many containers' own systemd has come up, perhaps without a unit that the image cannot run in there. */
    long running() {
        Command.Result names = lxc(List.of("list", "--format=csv", "--columns=n"));
        return names.output()
                .lines()
                .map(name -> lxc(List.of("exec", name, "--", "systemctl", "is-system-running"))
                        .output()
                        .strip())
                .filter(state -> state.equals("running") || state.equals("degraded"))
                .count();
    }

    void delete(String name) {
        lxc(List.of("delete", "--force", name));
    }

    private Command.Result lxc(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("/usr/bin/lxc"));
        command.addAll(arguments);
        return with(Command.of(command));
    }

    private Command.Result lxd(String... arguments) {
        List<String> command = new ArrayList<>(List.of("/usr/bin/lxd"));
        command.addAll(List.of(arguments));
        return with(Command.of(command));
    }

    private Command.Result with(Command command) {
        directory().forEach(command::with);
        return command.within(LIMIT).run();
    }

    private Map<String, String> directory() {
        return Map.of("LXD_DIR", home.resolve("d").toString(), "HOME", home.toString());
    }

    @Override
    public void close() {
        if (started) {
            // a pool that still has an image in it is not deleted, and the next run finds it there
            lxc(List.of("image", "delete", "berth"));
            lxc(List.of("profile", "device", "remove", "default", "root"));
            lxc(List.of("storage", "delete", "bench"));
            lxd("shutdown", "--timeout=20");
            Command.of("btrfs", "subvolume", "delete", pool.toString()).run();
        }
        Command.of("rm", "-rf", home.toString()).within(LIMIT).run();
    }
}
