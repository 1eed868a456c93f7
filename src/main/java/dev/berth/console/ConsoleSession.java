package dev.berth.console;

import dev.berth.contract.ConsoleRequests;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketBase;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Two connections joined: the browser's, which is there from the beginning, and the node's. Each waits for the other when it cannot
 * take more, so that no more than a few messages are in memory each way. Either end can be gone at any moment, which its connection
 * says by {@link IllegalStateException}: that ends the session as any other hanging up does.
 */
final class ConsoleSession {
    static final short ENDED = 1_000;
    static final short TOO_LARGE = 1_009;
    static final short BAD_MESSAGE = 4_400;
    static final short NO_NODE = 4_404;
    static final short IDLE = 4_408;

    private static final int MAX_REASON = 100;

    final UUID id;
    final UUID nodeId;
    private final ServerWebSocket browser;
    private final LongSupplier now;
    private final Consumer<String> ended;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong usedMillis;
    private volatile @Nullable ServerWebSocket node;
    private volatile boolean open;

    /** @param ended told once, with why */
    ConsoleSession(UUID id, UUID nodeId, ServerWebSocket browser, LongSupplier now, Consumer<String> ended) {
        this.id = id;
        this.nodeId = nodeId;
        this.browser = browser;
        this.now = now;
        this.ended = ended;
        this.usedMillis = new AtomicLong(now.getAsLong());
    }

    /** Notices from now on that the browser hangs up; false when it has already. */
    boolean watch() {
        return attached("the browser went away", () -> {
            browser.closeHandler(_ -> end(ENDED, "the browser hung up"));
            browser.exceptionHandler(_ -> end(ENDED, "the browser went away"));
        });
    }

    /** True for the first to ask: a session has one line from its node. */
    boolean claim() {
        return !over.get() && claimed.compareAndSet(false, true);
    }

    /** Whether the node has said that its terminal is there. */
    boolean open() {
        return open;
    }

    /** Whether nothing was typed or shown since then. */
    boolean idleSince(long millis) {
        return usedMillis.get() < millis;
    }

    void join(ServerWebSocket line) {
        node = line;
        boolean joined = attached("the node went away", () -> {
            line.closeHandler(_ -> end(ENDED, reason(line)));
            line.exceptionHandler(_ -> end(ENDED, "the node went away"));
            line.textMessageHandler(text -> opened(text, line));
            shown(line);
        });
        if (!joined && !line.isClosed()) {
            line.close();
        }
    }

    /** Only now the browser is heard: what is typed has somewhere to go. */
    private void opened(String text, ServerWebSocket line) {
        if (!text.equals(ConsoleRequests.OPEN)) {
            end(BAD_MESSAGE, "the node sent what it should not");
            return;
        }
        open = true;
        attached("the browser went away", () -> {
            browser.binaryMessageHandler(message -> pass(message, browser, line));
            browser.textMessageHandler(text1 -> resize(text1, line));
            browser.writeTextMessage(ConsoleRequests.OPEN);
            browser.resume();
        });
    }

    private void shown(ServerWebSocket line) {
        line.binaryMessageHandler(message -> pass(message, line, browser));
    }

    private void pass(Buffer message, WebSocketBase from, WebSocketBase to) {
        if (message.length() > ConsoleRequests.MAX_MESSAGE_BYTES) {
            end(TOO_LARGE, "a message was too large");
            return;
        }
        attached("the other end went away", () -> {
            usedMillis.set(now.getAsLong());
            to.writeBinaryMessage(message);
            hold(from, to);
        });
    }

    private void resize(String text, ServerWebSocket line) {
        ConsoleGate.size(text)
                .ifPresentOrElse(
                        size -> attached("the node went away", () -> {
                            line.writeTextMessage(ConsoleGate.text(size));
                            hold(browser, line);
                        }),
                        () -> end(BAD_MESSAGE, "this is no size of a terminal"));
    }

    private static void hold(WebSocketBase from, WebSocketBase to) {
        if (!to.writeQueueFull()) {
            return;
        }
        from.pause();
        to.drainHandler(_ -> from.resume());
        // it may have drained before the handler was there, and would not tell again
        if (!to.writeQueueFull()) {
            from.resume();
        }
    }

    private static String reason(ServerWebSocket line) {
        String said = line.closeReason();
        return said == null || said.isBlank() ? "the terminal ended" : said.replaceAll("\\p{Cntrl}", " ");
    }

    /** So that nothing between takes the connection for dead, and neither do we. */
    void ping() {
        attached("the browser went away", () -> browser.writePing(Buffer.buffer()));
        ServerWebSocket line = node;
        if (line != null) {
            attached("the node went away", () -> line.writePing(Buffer.buffer()));
        }
    }

    private boolean attached(String gone, Runnable change) {
        if (!over.get()) {
            try {
                change.run();
            } catch (IllegalStateException _) {
                end(ENDED, gone);
            }
        }
        return !over.get();
    }

    /** Hangs up at both ends; harmless to repeat. */
    void end(short code, String why) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        String said = why.length() > MAX_REASON ? why.substring(0, MAX_REASON) : why;
        ConsoleGate.hangUp(browser, code, said);
        ServerWebSocket line = node;
        if (line != null) {
            ConsoleGate.hangUp(line, ENDED, said);
        }
        ended.accept(why);
    }
}
