package dev.berth.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.Observed.State;
import dev.berth.node.daemon.DaemonConfig;
import dev.berth.node.host.ExecResult;
import dev.berth.node.json.Json;
import dev.berth.node.local.Responder;
import dev.berth.node.store.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A test host on which berthd runs under systemd, before and after it boots again. */
final class RebootedHost {
    static final String RUNS = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f01";
    static final String STOPPED = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f02";
    static final String ADDRESS = "10.77.0.10";

    /** Launched with a minute at its ceiling, 30,000 tokens; far below what the bank can hold. */
    static final Limits LIMITS = new Limits(100, 500, 600_000, 256L << 20, 200, 512L << 20, Optional.of(20_000L));

    static final Path DATA = Path.of("/var/lib/berth");
    static final Path ENVIRONMENT = Path.of("/etc/berth/berthd.env");
    private static final Path NOTE = DATA.resolve("before-the-reboot.json");

    private final LocalClient client = new LocalClient(DaemonConfig.socket(DATA));

    /** What was true before the host went down. */
    record Note(
            String portal,
            String bootId,
            long utcMillis,
            long tokens,
            long startNo,
            long initStartNanos,
            long lastSeq,
            String lastHash) {}

    static ContextSpec spec(String id, DesiredState state, String address, String digest) {
        return new ContextSpec(id, 1, state, 0, "web-1", digest, List.of(address), List.of(), LIMITS);
    }

    static void note(Note note) throws IOException {
        Files.writeString(NOTE, Json.text(note));
    }

    static Note note() throws IOException {
        return Json.read(Files.readString(NOTE), Note.class);
    }

    static String bootId() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    Responder.Detail show(String id) throws IOException {
        LocalClient.Answer answer = client.get("/contexts/" + id);
        assertEquals(200, answer.status(), answer.body());
        return answer.as(Responder.Detail.class);
    }

    /** False as well while no daemon answers. */
    boolean settled(String id, State state) {
        try {
            return show(id).status()
                    .filter(status -> status.state() == state && status.generation() == 1)
                    .isPresent();
        } catch (IOException | AssertionError _) {
            return false;
        }
    }

    long tokens(String id) throws IOException {
        return show(id).sample().orElseThrow().cpuTokens();
    }

    String run(String id, String script) throws IOException {
        LocalClient.Answer answer = client.post(
                "/contexts/%s/exec".formatted(id),
                new Responder.Exec(List.of("sh", "-c", script), RemoteHost.EXEC_SECONDS));
        assertEquals(200, answer.status(), answer.body());
        ExecResult result = answer.as(ExecResult.class);
        assertEquals(0, result.exitCode(), result.output());
        return result.output();
    }

    Journal.Check journal() throws IOException {
        return client.get("/verify").as(Journal.Check.class);
    }

    /** CPU time of the context since this boot, as the kernel counts it. */
    static long cpuMillis(String id) throws IOException {
        return Files.readAllLines(group(id).resolve("cpu.stat")).stream()
                .filter(line -> line.startsWith("usage_usec "))
                .mapToLong(line -> Long.parseLong(line.substring("usage_usec ".length())) / 1_000)
                .findFirst()
                .orElseThrow();
    }

    /** Asked of the kernel, not of the daemon. */
    void assertLimits(String id) throws IOException {
        assertEquals(LIMITS.memoryBytes() + "\n", Files.readString(group(id).resolve("memory.max")));
        assertEquals(LIMITS.processes() + "\n", Files.readString(group(id).resolve("pids.max")));
        long quota = Long.parseLong(
                Files.readString(group(id).resolve("cpu.max")).strip().split(" ", -1)[0]);
        assertTrue(quota == LIMITS.cpuBaselineMilli() * 100 || quota == LIMITS.cpuCeilingMilli() * 100, "" + quota);
        assertEquals(
                "%d %d\n"
                        .formatted(LIMITS.diskBytes() >> 10, LIMITS.diskInodes().orElseThrow()),
                run(id, "df --output=size,itotal -k / | tail -n 1 | tr -s ' ' | sed 's/^ //'"));
    }

    private static Path group(String id) {
        return Path.of("/sys/fs/cgroup/berth", id);
    }
}
