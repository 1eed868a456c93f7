package dev.berth.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** OpenSSH's own client with a key made for this run, trusting only hosts whose fingerprint the portal showed. */
final class Ssh {
    private static final int MAX_OUTPUT = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

    private final Path directory;

    Ssh(Path directory) {
        this.directory = directory;
        must(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "e2e", "-f", key()));
    }

    /** @param output both streams as they came */
    record Result(int code, String output) {}

    String publicKey() {
        try {
            return Files.readString(directory.resolve("key.pub")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Learns a host's key as it answers, and accepts it only when the portal showed the same fingerprint. */
    void trust(String address, String shown) {
        Set<String> promised =
                FINGERPRINT.matcher(shown).results().map(MatchResult::group).collect(Collectors.toSet());
        assertTrue(!promised.isEmpty(), () -> "no fingerprint is shown: " + shown);
        String scanned =
                await().atMost(Duration.ofSeconds(20)).until(() -> scan(address), line -> line.contains("ssh-ed25519"));
        try {
            Files.writeString(directory.resolve("known_hosts"), scanned);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String answered = must(List.of(
                "ssh-keygen", "-l", "-f", directory.resolve("known_hosts").toString()));
        List<String> fingerprints =
                FINGERPRINT.matcher(answered).results().map(MatchResult::group).toList();
        assertEquals(1, fingerprints.size(), answered);
        assertTrue(promised.contains(fingerprints.getFirst()), () -> answered + " is none of " + promised);
    }

    private static String scan(String address) {
        return run(List.of("ssh-keyscan", "-T", "2", "-t", "ed25519", address))
                .output()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    Result run(String address, String command) {
        List<String> arguments = new ArrayList<>(List.of("ssh", "-F", "none", "-i", key()));
        for (String option : List.of(
                "UserKnownHostsFile=" + directory.resolve("known_hosts"),
                "GlobalKnownHostsFile=/dev/null",
                "StrictHostKeyChecking=yes",
                "BatchMode=yes",
                "IdentitiesOnly=yes",
                "ConnectTimeout=3")) {
            arguments.addAll(List.of("-o", option));
        }
        arguments.addAll(List.of("root@" + address, command));
        return run(arguments);
    }

    String must(String address, String command) {
        Result result = run(address, command);
        assertEquals(0, result.code(), () -> command + ": " + result.output());
        return result.output().strip();
    }

    /** Until somebody can log in again. */
    void awaitLogin(String address) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> run(address, "true").code() == 0);
    }

    private String key() {
        return directory.resolve("key").toString();
    }

    private static String must(List<String> command) {
        Result result = run(command);
        assertEquals(0, result.code(), () -> command + ": " + result.output());
        return result.output();
    }

    private static Result run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            Thread.ofVirtual().start(() -> endLate(process));
            try (InputStream stream = process.getInputStream()) {
                String output = new String(stream.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
                return new Result(process.waitFor(), output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void endLate(Process process) {
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
