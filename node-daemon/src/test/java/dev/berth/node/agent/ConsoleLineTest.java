package dev.berth.node.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ConsoleRequests;
import dev.berth.contract.ConsoleRequests.Request;
import dev.berth.contract.ConsoleRequests.Size;
import dev.berth.node.host.Console;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One terminal and one connection, both recorded as words. */
class ConsoleLineTest {
    private static final Request REQUEST = new Request(
            "0199c3a0-0000-7000-8000-000000000001", UUID.randomUUID().toString(), new Size(120, 40));

    private final Terminal terminal = new Terminal();
    private final Line line = new Line();

    /** A terminal that shows what it is told to and notes what is done to it. */
    private static final class Terminal implements Console {
        private final BlockingQueue<String> shows = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> done = new LinkedBlockingQueue<>();
        private volatile boolean closed;

        @Override
        public int read(byte[] buffer) throws IOException {
            String shown = next(shows);
            if (closed || shown.isEmpty()) {
                return -1;
            }
            byte[] bytes = shown.getBytes(StandardCharsets.UTF_8);
            System.arraycopy(bytes, 0, buffer, 0, bytes.length);
            return bytes.length;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            if (closed) {
                throw new IOException("closed");
            }
            done.add("typed " + new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public void resize(Console.Size size) {
            done.add("resized %dx%d".formatted(size.columns(), size.rows()));
        }

        @Override
        public void close() {
            closed = true;
            shows.add("");
        }
    }

    /** The portal's end. */
    private static final class Line implements WebSocket {
        private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
        private volatile boolean outputClosed;
        private volatile boolean aborted;

        private CompletableFuture<WebSocket> sent(String what) {
            sent.add(what);
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
            return sent("text " + data);
        }

        @Override
        public CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
            return sent("shown " + StandardCharsets.UTF_8.decode(data));
        }

        @Override
        public CompletableFuture<WebSocket> sendPing(ByteBuffer message) {
            return sent("ping");
        }

        @Override
        public CompletableFuture<WebSocket> sendPong(ByteBuffer message) {
            return sent("pong");
        }

        @Override
        public CompletableFuture<WebSocket> sendClose(int code, String reason) {
            outputClosed = true;
            return sent("close %d %s".formatted(code, reason));
        }

        @Override
        public void request(long n) {
            sent.add("asks for " + n);
        }

        @Override
        public @Nullable String getSubprotocol() {
            return "";
        }

        @Override
        public boolean isOutputClosed() {
            return outputClosed;
        }

        @Override
        public boolean isInputClosed() {
            return aborted;
        }

        @Override
        public void abort() {
            aborted = true;
        }
    }

    private static String next(BlockingQueue<String> queue) throws IOException {
        try {
            String got = queue.poll(20, TimeUnit.SECONDS);
            return got == null ? "silence" : got;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Runs a line beside the test, as the daemon does. */
    private CompletableFuture<WebSocket.Listener> running(CompletableFuture<String> over) {
        CompletableFuture<WebSocket.Listener> dialled = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                ConsoleLine.run(REQUEST, (_, _) -> terminal, (_, listener) -> {
                    dialled.complete(listener);
                    return line;
                });
                over.complete("over");
            } catch (InterruptedException | RuntimeException e) {
                over.completeExceptionally(e);
            }
        });
        return dialled;
    }

    @Test
    void whatIsTypedGoesInAndWhatIsShownComesOut() throws Exception {
        CompletableFuture<String> over = new CompletableFuture<>();
        WebSocket.Listener listener = running(over).get(20, TimeUnit.SECONDS);
        assertEquals("text " + ConsoleRequests.OPEN, next(line.sent));
        terminal.shows.add("# ");
        assertEquals("shown # ", next(line.sent));

        listener.onBinary(line, ByteBuffer.wrap("id\n".getBytes(StandardCharsets.UTF_8)), true);
        assertEquals("typed id\n", next(terminal.done));
        assertEquals("asks for 1", next(line.sent), "the next only when this one has gone in");
        listener.onText(line, "{\"columns\":80,", false);
        listener.onText(line, "\"rows\":24}", true);
        assertEquals("resized 80x24", next(terminal.done));

        terminal.shows.add("");
        over.get(20, TimeUnit.SECONDS);
        assertTrue(line.sent.contains("close 1000 the terminal ended"), line.sent::toString);
        assertTrue(terminal.closed);
    }

    @Test
    void aUserWhoHangsUpEndsTheTerminal() throws Exception {
        CompletableFuture<String> over = new CompletableFuture<>();
        WebSocket.Listener listener = running(over).get(20, TimeUnit.SECONDS);
        listener.onClose(line, 1000, "");
        over.get(20, TimeUnit.SECONDS);
        assertTrue(terminal.closed);
    }

    @Test
    void whatIsNoSizeHangsUp() throws Exception {
        for (String rubbish : List.of("{\"columns\":0,\"rows\":24}", "[", "x".repeat(2_000))) {
            Terminal mine = new Terminal();
            CompletableFuture<WebSocket.Listener> dialled = new CompletableFuture<>();
            Thread thread = Thread.ofPlatform().daemon().start(() -> quietly(mine, dialled));
            dialled.get(20, TimeUnit.SECONDS).onText(line, rubbish, true);
            assertTrue(mine.closed, rubbish);
            thread.join(20_000);
        }
    }

    private void quietly(Terminal mine, CompletableFuture<WebSocket.Listener> dialled) {
        try {
            ConsoleLine.run(REQUEST, (_, _) -> mine, (_, listener) -> {
                dialled.complete(listener);
                return line;
            });
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whoWaitsIsToldWhyThereIsNone() throws Exception {
        ConsoleLine.run(
                REQUEST,
                (id, _) -> {
                    throw new HostException("context " + id + " does not run");
                },
                (_, _) -> line);
        assertEquals("close 1011 context " + REQUEST.contextId() + " does not run", next(line.sent));
    }
}
