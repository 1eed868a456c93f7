package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** All parts of one {@code var/}, wired together, and the lock that lets one {@code up} or {@code down} work at a time. */
final class Instance {
    /** In the order in which they are stopped. */
    static final List<String> PARTS =
            List.of(NodeDaemon.NAME, Portal.NAME, Keycloak.NAME, MariaDb.NAME, NodeDaemon.LXCFS);

    final Settings settings;
    final Daemons daemons;
    final Secrets secrets;
    final Builds builds;
    final MariaDb database;
    final Keycloak keycloak;
    final Portal portal;
    final NodeDaemon node;
    final Images images;
    final Signing signing;

    Instance(Settings settings) {
        this(settings, Map.of());
    }

    /** @param inherited variables for every part, besides those of this process */
    Instance(Settings settings, Map<String, String> inherited) {
        this.settings = settings;
        daemons = new Daemons(settings, inherited);
        secrets = new Secrets(settings);
        builds = new Builds(settings);
        database = new MariaDb(settings, daemons, secrets);
        keycloak = new Keycloak(settings, daemons, secrets, builds);
        signing = new Signing(settings, secrets);
        portal = new Portal(settings, daemons, secrets, builds, signing);
        node = new NodeDaemon(settings, daemons, builds, signing);
        images = new Images(settings);
    }

    List<String> runningParts() {
        return PARTS.stream().filter(part -> daemons.running(part).isPresent()).toList();
    }

    /** Whether this {@code var/} was made with the simulated node; empty before the first {@code up}. */
    Optional<Boolean> simulated() {
        try {
            return Optional.of(Files.readString(modeFile()).strip().equals("simulated"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void rememberMode(boolean simulated) {
        try {
            Files.writeString(modeFile(), simulated ? "simulated\n" : "real\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path modeFile() {
        return settings.variable().resolve("mode");
    }

    <T> T locked(Callable<T> action) throws Exception {
        settings.ensureDirectory(settings.variable());
        Path file = settings.variable().resolve("lock");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new Failure(
                        Failure.START,
                        "another ./berth is starting or stopping this " + settings.variable() + " right now");
            }
            return action.call();
        }
    }
}
