package dev.berth.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntSupplier;

/** Kills parts of an instance at random moments and starts them again as {@code up} would. */
final class Victims {
    /** How often each part is killed. */
    static final Map<String, Integer> DEATHS = Map.of(NodeDaemon.NAME, 15, Portal.NAME, 9, MariaDb.NAME, 6);

    private static final int SHORTEST_PAUSE_MILLIS = 200;
    private static final int PAUSE_MILLIS = 2_300;
    /** One in so many is not waited for: the next death may come while it still starts. */
    private static final int IMPATIENT_ONE_IN = 4;

    /** So much must have been begun since the last death, so that there is something to interrupt. */
    private static final int DEEDS = 3;

    private static final Duration BUSY = Duration.ofSeconds(12);
    private static final Duration DEATH = Duration.ofSeconds(10);

    private final Instance instance;
    private final Progress progress;
    private final Random random;
    private final List<String> suicides = new ArrayList<>();
    private int kills;

    Victims(Instance instance, Progress progress, long seed) {
        this.instance = instance;
        this.progress = progress;
        this.random = new Random(seed);
    }

    /**
     * @param deeds how much was begun so far
     * @param whileDead called each time that berthd is dead, and once more when it is up again
     */
    void killAll(IntSupplier deeds, Runnable whileDead) {
        List<String> order = new ArrayList<>();
        List.of(NodeDaemon.NAME, Portal.NAME, MariaDb.NAME)
                .forEach(part -> order.addAll(Collections.nCopies(DEATHS.getOrDefault(part, 0), part)));
        Collections.shuffle(order, random);
        boolean patient = true;
        for (String part : order) {
            int before = deeds.getAsInt();
            if (patient) {
                Waits.until(BUSY, () -> deeds.getAsInt() >= before + DEEDS);
            }
            Waits.pause(SHORTEST_PAUSE_MILLIS + random.nextInt(PAUSE_MILLIS));
            patient = random.nextInt(IMPATIENT_ONE_IN) > 0;
            kill(part);
            if (part.equals(NodeDaemon.NAME)) {
                whileDead.run();
            }
            start(part);
            if (patient) {
                awaitAll();
            }
            progress.say("kill %d/%d: %s%s".formatted(++kills, order.size(), part, patient ? "" : ", not waited for"));
        }
        awaitAll();
        whileDead.run();
    }

    private void awaitAll() {
        List.of(MariaDb.NAME, Portal.NAME, NodeDaemon.NAME).forEach(this::awaitReady);
    }

    /** Parts that ended although nobody killed them. */
    List<String> suicides() {
        return List.copyOf(suicides);
    }

    private void kill(String part) {
        Optional<ProcessHandle> process = instance.daemons.running(part);
        if (process.isEmpty()) {
            suicides.add(
                    "%s before kill %d: %s".formatted(part, kills + 1, Logs.lastError(instance.settings.log(part))));
            return;
        }
        process.get().destroyForcibly();
        if (!Waits.until(DEATH, () -> !Daemons.alive(process.get()))) {
            throw new Failure(Failure.START, part + " does not die");
        }
    }

    private void start(String part) {
        keepLog(part);
        switch (part) {
            case MariaDb.NAME -> instance.database.start();
            case Portal.NAME -> instance.portal.start();
            default -> instance.node.start(false, instance.secrets.write("join-token", ""));
        }
    }

    private void awaitReady(String part) {
        if (instance.daemons.running(part).isEmpty()) {
            suicides.add("%s after kill %d: %s".formatted(part, kills, Logs.lastError(instance.settings.log(part))));
            start(part);
        }
        switch (part) {
            case MariaDb.NAME -> {} // is waited for when it is started
            case Portal.NAME -> instance.portal.awaitReady();
            default -> instance.node.awaitReady();
        }
    }

    /** The log of each life, for who looks for what went wrong. */
    private void keepLog(String part) {
        Path log = instance.settings.log(part);
        Path kept = instance.settings.ensureDirectory(kept());
        try {
            Files.move(
                    log, kept.resolve("%02d-%s.log".formatted(kills + 1, part)), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            progress.say("kill: the log of %s was not kept: %s".formatted(part, e.getMessage()));
        }
    }

    private Path kept() {
        return instance.settings.logs().resolve("killed");
    }

    /** Lines in which berthd complains of a fault of its own, in all its lives. */
    List<String> complaints() {
        List<Path> logs = new ArrayList<>(Groups.names(kept()).stream()
                .filter(name -> name.endsWith("-" + NodeDaemon.NAME + ".log"))
                .sorted()
                .map(kept()::resolve)
                .toList());
        logs.add(instance.settings.log(NodeDaemon.NAME));
        return logs.stream()
                .flatMap(log -> Groups.read(log).orElse("").lines())
                .filter(line -> line.contains("\"ERROR\"") || line.contains("\"FATAL\""))
                .map(line -> line.substring(0, Math.min(400, line.length())))
                .toList();
    }
}
