package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code berth up}: everything, in the order that waits least, or nothing. */
final class Up {
    private final Instance instance;
    private final boolean simulated;
    private final PrintStream out;
    private final Progress progress;

    /** Whether VPS ran before: a customer's does not end because something of ours did not start. */
    private volatile boolean resumed;

    private final AtomicBoolean complete = new AtomicBoolean();
    private final CountDownLatch databaseReady = new CountDownLatch(1);
    private final CountDownLatch portalBuilt = new CountDownLatch(1);

    Up(Instance instance, boolean simulated, PrintStream out) {
        this.instance = instance;
        this.simulated = simulated;
        this.out = out;
        this.progress = new Progress(out);
    }

    int run() throws Exception {
        return instance.locked(this::runLocked);
    }

    private int runLocked() throws Exception {
        List<String> running = instance.runningParts();
        if (running.containsAll(List.of(NodeDaemon.NAME, Portal.NAME, Keycloak.NAME, MariaDb.NAME))) {
            out.println("berth: already running");
            printAddresses();
            return 0;
        }
        if (!running.isEmpty()) {
            progress.say(
                    "some parts run (" + String.join(", ", running) + ") and some do not: all start anew, VPS go on");
            resumed = true;
            new Down(instance, progress).stopServers();
        }
        instance.simulated().filter(before -> before != simulated).ifPresent(before -> {
            throw new Failure(
                    Failure.USAGE,
                    "this var/ was made with a %s node: `./berth reset` first, or use the same kind again"
                            .formatted(before ? "simulated" : "real"));
        });
        new Preflight(instance.settings).check(simulated);
        Thread undo = new Thread(this::undo);
        Runtime.getRuntime().addShutdownHook(undo);
        startAll();
        complete.set(true);
        progress.say("ready");
        printAddresses();
        return 0;
    }

    /** Runs when the JVM ends, by a failure or by Ctrl-C: nothing half-started stays behind. */
    private void undo() {
        if (complete.get()) {
            return;
        }
        Command.endAll();
        List<String> started = instance.daemons.started();
        if (!started.isEmpty()) {
            progress.say("stopping what was started: " + String.join(", ", started));
            Down down = new Down(instance, progress);
            if (resumed) {
                down.stopServers();
            } else {
                down.stopParts();
            }
        }
    }

    private void startAll() throws Exception {
        List<String> installed = new Packages(instance.settings).ensure(!simulated);
        if (!installed.isEmpty()) {
            progress.say("installed packages: " + String.join(" ", installed));
        }
        instance.rememberMode(simulated);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Void> tracks = new ExecutorCompletionService<>(threads);
            List<Callable<Void>> work =
                    List.of(this::identityTrack, this::portalTrack, this::nodeTrack, this::imageTrack);
            work.forEach(tracks::submit);
            for (int i = 0; i < work.size(); i++) {
                try {
                    tracks.take().get();
                } catch (ExecutionException e) {
                    Command.endAll();
                    threads.shutdownNow();
                    throw e.getCause() instanceof Exception cause ? cause : e;
                }
            }
        }
        joinNode();
    }

    private Void identityTrack() throws Exception {
        progress.step("MariaDB", () -> {
            instance.database.start();
            return null;
        });
        databaseReady.countDown();
        progress.step("Keycloak: install", () -> {
            instance.keycloak.install();
            return null;
        });
        progress.step("Keycloak: start", () -> {
            instance.keycloak.start();
            instance.keycloak.awaitReady();
            return null;
        });
        return null;
    }

    private Void portalTrack() throws Exception {
        progress.step("portal: build", instance.builds::portal);
        portalBuilt.countDown();
        databaseReady.await();
        progress.step("portal: start", () -> {
            instance.portal.start();
            instance.portal.awaitReady();
            return null;
        });
        return null;
    }

    /** Behind the portal, which takes longer to start than berthd takes to build. */
    private Void nodeTrack() throws Exception {
        portalBuilt.await();
        progress.step("berthd: build", instance.node::build);
        return null;
    }

    private Void imageTrack() throws Exception {
        if (!simulated) {
            progress.step("image " + Images.DEBIAN_12, () -> instance.images.ensure(Images.DEBIAN_12));
            instance.node.startViews();
        }
        return null;
    }

    private void joinNode() throws Exception {
        PortalApi api = PortalApi.operator(instance.settings, instance.secrets);
        Images.Image image = simulated ? instance.images.placeholder() : instance.images.ensure(Images.DEBIAN_12);
        progress.step("image: register " + image.digest().substring(0, 19), () -> {
            new Registration(api).image(image, instance.signing);
            return null;
        });
        Instant before = Instant.now();
        progress.step("berthd: start", () -> {
            Path token = joinToken(api);
            instance.node.start(simulated, token);
            instance.node.awaitReady();
            return null;
        });
        progress.step("node in the portal", () -> {
            new Registration(api).awaitNode(NodeDaemon.name(simulated), before, instance);
            return null;
        });
    }

    private Path joinToken(PortalApi api) throws IOException {
        String token = instance.node.enrolled() ? "" : new Registration(api).joinToken(NodeDaemon.name(simulated));
        return instance.secrets.write("join-token", token);
    }

    private void printAddresses() {
        out.printf("%n  Portal        %s/%n", instance.settings.portalUrl());
        out.printf("  API           %s/api/docs%n", instance.settings.portalUrl());
        out.printf("  Health        %s/q/health%n", instance.settings.managementUrl());
        out.printf(
                "  Keycloak      %s/  (admin, password in %s)%n",
                instance.settings.keycloakUrl(), instance.settings.variable().resolve("secrets/keycloak-admin"));
        out.printf("%n  Demo logins:%n");
        out.printf("  customer      alice / alice-demo-1%n");
        out.printf("  reseller      rita / rita-demo-1%n");
        out.printf("  support       sam / sam-demo-1%n");
        out.printf("  administrator ada / ada-demo-1%n");
        out.printf("%n  ./berth status, ./berth logs PART, ./berth node ps, ./berth down%n%n");
    }
}
