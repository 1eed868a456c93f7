package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** {@code berth down}: what {@code up} started, and only that; contexts of this node with it. */
final class Down {
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Instance instance;
    private final Progress progress;

    Down(Instance instance, Progress progress) {
        this.instance = instance;
        this.progress = progress;
    }

    int run() throws Exception {
        return instance.locked(() -> {
            if (stopParts() == 0) {
                progress.say("nothing was running");
            }
            return 0;
        });
    }

    /** Returns how many parts it has stopped. */
    int stopParts() {
        int stopped = stopServers();
        // they hold files of lxcfs open: they go first
        new Contexts(instance.settings).stopAll(progress);
        return stopped + stop(NodeDaemon.LXCFS);
    }

    /** All but what contexts need to go on. Returns how many it has stopped. */
    int stopServers() {
        return Instance.PARTS.stream()
                .filter(part -> !part.equals(NodeDaemon.LXCFS))
                .mapToInt(this::stop)
                .sum();
    }

    private int stop(String part) {
        if (!instance.daemons.stop(part, GRACE)) {
            return 0;
        }
        progress.say(part + " stopped");
        return 1;
    }

    /** {@code berth reset}: down, and then the data is gone. */
    int reset(boolean everything) throws Exception {
        return instance.locked(() -> {
            stopParts();
            Contexts contexts = new Contexts(instance.settings);
            contexts.requireUnmounted();
            contexts.removeCounters();
            List<String> kept = everything ? List.of("tools", "lock") : List.of("tools", "lock", "cache");
            try (Stream<Path> entries = Files.list(instance.settings.variable())) {
                for (Path entry : entries.toList()) {
                    if (!kept.contains(entry.getFileName().toString())) {
                        Command.of("rm", "-rf", "--one-file-system", entry.toString())
                                .within(Duration.ofMinutes(5))
                                .must(Failure.START, "removing " + entry);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            progress.say("all data in " + instance.settings.variable() + " is removed");
            return 0;
        });
    }
}
