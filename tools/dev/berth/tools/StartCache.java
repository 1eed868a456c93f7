package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What berthd's JVM learnt from a first, short life: loaded and linked classes, so that later lives begin with them (JEP 483, JEP 514). It
 * fits one build, one JDK and one set of options; the JVM does without where it does not fit.
 */
final class StartCache {
    private static final String TRAINING = "berthd-training";
    private static final String NOWHERE = "https://" + Settings.HOST + ":9";
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration WRITTEN = Duration.ofSeconds(90);

    private final Settings settings;
    private final Daemons daemons;
    private final Path jar;

    StartCache(Settings settings, Daemons daemons, Path jar) {
        this.settings = settings;
        this.daemons = daemons;
        this.jar = jar;
    }

    private Path file() {
        return jar.resolveSibling("berthd.aot");
    }

    /** For the JVM of any command of berthd. */
    List<String> options() {
        // a cache that does not fit is no news to who asks for a list
        return Files.exists(file()) ? List.of("-XX:AOTCache=" + file(), "-Xlog:aot=off") : List.of();
    }

    /**
     * Made where it is missing or older than the build.
     *
     * @param jvm the options berthd has
     * @return whether it had to be made
     */
    boolean ensure(List<String> jvm) {
        try {
            if (Files.exists(file())
                    && !Files.getLastModifiedTime(file())
                            .toInstant()
                            .isBefore(Files.getLastModifiedTime(jar).toInstant())) {
                return false;
            }
            Files.deleteIfExists(file());
            train(jvm);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A simulated node that finds no portal: it starts all that berthd is made of, and touches nothing of the host. */
    private void train(List<String> jvm) throws IOException {
        Path directory = settings.ensureDirectory(settings.variable().resolve("training"));
        Path fresh = directory.resolve("berthd.aot");
        Path token = Files.writeString(directory.resolve("join-token"), "training." + "0".repeat(64));
        List<String> command = new ArrayList<>(List.of(Builds.java()));
        command.addAll(jvm);
        command.addAll(List.of(
                "-XX:AOTCacheOutput=" + fresh,
                "-jar",
                jar.toString(),
                "run",
                "--simulated",
                "--data-dir",
                directory.toString(),
                "--portal",
                NOWHERE,
                "--name",
                "training",
                "--join-token-file",
                token.toString()));
        try {
            daemons.start(new Daemons.Spec(TRAINING, command, Map.of(), directory));
            daemons.awaitReady(TRAINING, READY, () -> NodeDaemon.answers(directory));
            daemons.stop(TRAINING, WRITTEN);
            Files.move(fresh, file(), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            daemons.stop(TRAINING, Duration.ZERO);
            Command.of("rm", "-rf", directory.toString()).must(Failure.HOST, "removing " + directory);
        }
    }
}
