package dev.berth.node.agent;

import dev.berth.contract.ConsoleRequests;
import dev.berth.contract.ConsoleRequests.Request;
import dev.berth.contract.InvalidMessageException;
import dev.berth.node.host.Console;
import dev.berth.node.host.HostException;
import dev.berth.node.json.Json;
import dev.berth.node.json.MalformedException;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One terminal at the end of a WebSocket that this node dialled. What is typed is asked for a message at a time, when the one before
 * has gone into the terminal; what is shown waits until the portal has taken it.
 */
final class ConsoleLine implements WebSocket.Listener {
    private static final Logger LOG = Logger.getLogger(ConsoleLine.class);
    private static final int BUFFER_BYTES = 16_384;
    private static final int MAX_TEXT_CHARS = 1_000;
    private static final int MAX_REASON_CHARS = 100;
    private static final int FAILED = 1_011;
    private static final long SEND_SECONDS = 60;

    /** Dials the portal for a session. */
    @FunctionalInterface
    interface Dialler {
        WebSocket dial(String sessionId, WebSocket.Listener listener) throws IOException, InterruptedException;
    }

    private final Console console;
    private final ExecutorService typing = Executors.newVirtualThreadPerTaskExecutor();
    private final StringBuilder text = new StringBuilder();

    private ConsoleLine(Console console) {
        this.console = console;
    }

    /** Goes on until the terminal or its user ends. */
    static void run(Request request, Agent.ConsoleOpener opener, Dialler dialler) throws InterruptedException {
        Console.Size size =
                new Console.Size(request.size().columns(), request.size().rows());
        try (Console console = opener.open(request.contextId(), size)) {
            new ConsoleLine(console).relay(dialler, request.sessionId());
        } catch (IOException | HostException e) {
            LOG.warnf("a console of %s could not be opened: %s", request.contextId(), e.getMessage());
            refuse(request, dialler, String.valueOf(e.getMessage()));
        }
    }

    /** Whoever waits for it is told why, instead of waiting. */
    private static void refuse(Request request, Dialler dialler, String why) throws InterruptedException {
        try {
            String said = why.length() > MAX_REASON_CHARS ? why.substring(0, MAX_REASON_CHARS) : why;
            sent(dialler.dial(request.sessionId(), new WebSocket.Listener() {}).sendClose(FAILED, said));
        } catch (IOException e) {
            LOG.debugf("nobody waits for it any more: %s", e.getMessage());
        }
    }

    private void relay(Dialler dialler, String sessionId) throws IOException, InterruptedException {
        WebSocket line = dialler.dial(sessionId, this);
        try {
            sent(line.sendText(ConsoleRequests.OPEN, true));
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int got = console.read(buffer); got >= 0 && !line.isInputClosed(); got = console.read(buffer)) {
                if (got > 0) {
                    sent(line.sendBinary(ByteBuffer.wrap(buffer, 0, got), true));
                }
            }
            if (!line.isOutputClosed()) {
                sent(line.sendClose(WebSocket.NORMAL_CLOSURE, "the terminal ended"));
            }
        } finally {
            line.abort();
            typing.shutdownNow();
        }
    }

    private static void sent(CompletableFuture<WebSocket> sending) throws IOException, InterruptedException {
        try {
            sending.get(SEND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the portal takes nothing more", e);
        }
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket line, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return CompletableFuture.runAsync(() -> type(line, bytes), typing).whenComplete((_, _) -> line.request(1));
    }

    private void type(WebSocket line, byte[] bytes) {
        try {
            console.write(bytes);
        } catch (IOException e) {
            LOG.debugf("a terminal takes nothing more: %s", e.getMessage());
            hangUp(line);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket line, CharSequence data, boolean last) {
        text.append(data);
        if (text.length() > MAX_TEXT_CHARS) {
            hangUp(line);
            return null;
        }
        if (last) {
            String whole = text.toString();
            text.setLength(0);
            resize(line, whole);
        }
        line.request(1);
        return null;
    }

    private void resize(WebSocket line, String message) {
        try {
            ConsoleRequests.Size size = Json.read(message, ConsoleRequests.Size.class);
            console.resize(new Console.Size(size.columns(), size.rows()));
        } catch (MalformedException | InvalidMessageException e) {
            LOG.debugf("this is no size of a terminal: %s", e.getMessage());
            hangUp(line);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket line, int code, String reason) {
        console.close();
        return null;
    }

    @Override
    public void onError(WebSocket line, Throwable error) {
        LOG.debugf("a console's connection broke: %s", error.getMessage());
        console.close();
    }

    private void hangUp(WebSocket line) {
        console.close();
        line.abort();
    }
}
