package dev.berth.fleet;

import dev.berth.contract.ConsoleRequests.Request;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What the owner of consoles does for the agent API. */
public interface NodeConsoles {
    /**
     * Waits until somebody wants a terminal on a node, or the time is over. Each is told once.
     *
     * @param gone whether there is nobody any more to tell; then nothing is taken
     * @return at most as many as one answer holds
     */
    List<Request> take(UUID nodeId, Duration wait, BooleanSupplier gone) throws InterruptedException;

    /** Where a node's end of a session belongs; empty where it was not told of such a one, or has come already. */
    Optional<Consumer<ServerWebSocket>> end(UUID nodeId, UUID sessionId);
}
