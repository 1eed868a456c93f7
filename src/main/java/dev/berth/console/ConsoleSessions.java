package dev.berth.console;

import dev.berth.console.ConsoleTickets.Opened;
import dev.berth.contract.ConsoleRequests;
import dev.berth.contract.ConsoleRequests.Request;
import dev.berth.contract.ConsoleRequests.Size;
import dev.berth.fleet.NodeConsoles;
import dev.berth.platform.Signals;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Consoles of this replica. A node's end finds the browser's only here, so a node must dial the replica the browser is connected to: with
 * several, whatever is in front sends both by the node's id, or consoles are served by one of them.
 */
@ApplicationScoped
class ConsoleSessions implements NodeConsoles {
    private static final Logger LOG = Logger.getLogger(ConsoleSessions.class);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(15);

    /** A little before the node's own quarter of an hour, so that whoever was idle is told so. */
    private static final Duration IDLE = Duration.ofSeconds(14 * 60 + 30);

    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final long BEAT_MILLIS = 30_000;
    private static final int MAX_OPEN = 1_000;
    private static final short NO_ROOM = 1_013;

    private final Vertx vertx;
    private final ConsoleTickets tickets;
    private final Signals signals;
    private final InstantSource clock;
    private final Map<UUID, ConsoleSession> sessions = new ConcurrentHashMap<>();
    private final Map<UUID, List<Request>> untold = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    ConsoleSessions(Vertx vertx, ConsoleTickets tickets, Signals signals, InstantSource clock) {
        this.vertx = vertx;
        this.tickets = tickets;
        this.signals = signals;
        this.clock = clock;
        vertx.setPeriodic(BEAT_MILLIS, _ -> beat());
    }

    /** Something of a node's consoles changed. */
    private record Wanted(UUID nodeId) {}

    /** A browser waits from now on, paused, for its VPS' node to dial. */
    void begin(Opened opened, Size size, ServerWebSocket browser) {
        UUID id = opened.sessionId();
        ConsoleSession session =
                new ConsoleSession(id, opened.nodeId(), browser, clock::millis, why -> ended(opened.nodeId(), id, why));
        sessions.put(id, session);
        if (sessions.size() > MAX_OPEN || untold(opened.nodeId()).size() >= ConsoleRequests.MAX_REQUESTS) {
            session.end(NO_ROOM, "too many consoles are open here");
        } else if (session.watch()) {
            Request request = new Request(id.toString(), opened.vpsId().toString(), size);
            untold.merge(opened.nodeId(), List.of(request), ConsoleSessions::both);
            signals.raise(new Wanted(opened.nodeId()));
            vertx.setTimer(ANSWERED_WITHIN.toMillis(), _ -> giveUp(id));
        }
    }

    private List<Request> untold(UUID nodeId) {
        return untold.getOrDefault(nodeId, List.of());
    }

    private static List<Request> both(List<Request> first, List<Request> second) {
        List<Request> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    private void giveUp(UUID id) {
        ConsoleSession session = sessions.get(id);
        if (session != null && !session.open()) {
            session.end(ConsoleSession.NO_NODE, "the server's node did not answer");
        }
    }

    private void ended(UUID nodeId, UUID id, String why) {
        sessions.remove(id);
        untold.computeIfPresent(nodeId, (_, waiting) -> {
            List<Request> left = waiting.stream()
                    .filter(request -> !request.sessionId().equals(id.toString()))
                    .toList();
            return left.isEmpty() ? null : left;
        });
        threads.execute(() -> tickets.closed(id, why));
    }

    @Override
    public List<Request> take(UUID nodeId, Duration wait, BooleanSupplier gone) throws InterruptedException {
        long deadline = Signals.deadlineNanos(wait);
        try (Signals.Watch watch = signals.watch(new Wanted(nodeId))) {
            while (!gone.getAsBoolean()) {
                List<Request> wanted = took(nodeId);
                Duration nap = Signals.nap(deadline);
                if (!wanted.isEmpty() || nap.isZero()) {
                    return wanted;
                }
                watch.await(nap);
            }
            return List.of();
        }
    }

    /** As many as one answer holds; the next one gets the rest. */
    private List<Request> took(UUID nodeId) {
        List<Request> taken = new ArrayList<>();
        untold.computeIfPresent(nodeId, (_, waiting) -> {
            int many = Math.min(ConsoleRequests.MAX_REQUESTS, waiting.size());
            taken.addAll(waiting.subList(0, many));
            return many == waiting.size() ? null : List.copyOf(waiting.subList(many, waiting.size()));
        });
        return List.copyOf(taken);
    }

    @Override
    public Optional<Consumer<ServerWebSocket>> end(UUID nodeId, UUID sessionId) {
        ConsoleSession session = sessions.get(sessionId);
        if (session == null || !session.nodeId.equals(nodeId) || !session.claim()) {
            return Optional.empty();
        }
        return Optional.of(session::join);
    }

    private void beat() {
        long idleBefore = clock.millis() - IDLE.toMillis();
        List<ConsoleSession> all = List.copyOf(sessions.values());
        for (ConsoleSession session : all) {
            if (session.idleSince(idleBefore)) {
                session.end(ConsoleSession.IDLE, "nothing was typed or shown for a quarter of an hour");
            } else {
                session.ping();
            }
        }
        threads.execute(() -> noteSeen(List.copyOf(sessions.keySet())));
    }

    private void noteSeen(List<UUID> open) {
        try {
            tickets.seen(open);
        } catch (RuntimeException e) {
            LOG.warn("open consoles could not be noted", e);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        List.copyOf(sessions.values()).forEach(session -> session.end((short) 1_001, "the portal stopped"));
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the ends of some consoles were not noted; they will be found silent");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
