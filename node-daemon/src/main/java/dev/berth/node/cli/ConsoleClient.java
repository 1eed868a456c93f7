package dev.berth.node.cli;

import dev.berth.node.console.Frames;
import dev.berth.node.host.Console.Size;
import dev.berth.node.json.Json;
import dev.berth.node.kernel.Terminal;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** {@code berthd console}: this terminal, or whatever standard input is, becomes the context's. */
final class ConsoleClient {
    private static final Size WITHOUT_TERMINAL = new Size(80, 24);
    private static final int BUFFER_BYTES = 8_192;
    private static final int MAX_HEAD_BYTES = 65_536;
    private static final long RESIZE_MILLIS = 300;
    private static final byte END_OF_INPUT = 4;
    private static final int SWITCHING = 101;
    private static final long READY_SECONDS = 10;

    private final Path socket;
    private final InputStream keys;
    private final OutputStream screen;
    private final CountDownLatch ready = new CountDownLatch(1);

    ConsoleClient(Path socket, InputStream keys, OutputStream screen) {
        this.socket = socket;
        this.keys = keys;
        this.screen = screen;
    }

    /** @return what the daemon said when it opened none; empty when the console was open and has ended */
    Optional<String> run(String contextId) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                OutputStream out = Channels.newOutputStream(channel);
                InputStream in = Channels.newInputStream(channel)) {
            byte[] body = Json.bytes(WITHOUT_TERMINAL);
            String head = "POST /contexts/%s/console HTTP/1.1\r\nHost: berthd\r\nContent-Length: %d\r\n\r\n"
                    .formatted(contextId, body.length);
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            String answer = head(in);
            if (status(answer) != SWITCHING) {
                return Optional.of(new String(in.readNBytes(MAX_HEAD_BYTES), StandardCharsets.UTF_8));
            }
            relay(in, new DataOutputStream(out));
            return Optional.empty();
        }
    }

    private void relay(InputStream in, DataOutputStream out) throws IOException {
        Optional<Terminal> terminal = Terminal.raw();
        ScheduledExecutorService sizes = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("size").factory());
        ExecutorService typist = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("keys").factory());
        try {
            if (terminal.isPresent()) {
                Sizes told = new Sizes(terminal.get(), out);
                Future<?> _ = sizes.scheduleWithFixedDelay(told, 0, RESIZE_MILLIS, TimeUnit.MILLISECONDS);
            }
            typist.execute(() -> type(out));
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                screen.write(buffer, 0, got);
                screen.flush();
                ready.countDown();
            }
        } finally {
            sizes.shutdownNow();
            typist.shutdownNow();
            terminal.ifPresent(Terminal::close);
        }
    }

    /** Tells a size when it is another one; the window has no event we could wait for. */
    private static final class Sizes implements Runnable {
        private final Terminal terminal;
        private final DataOutputStream out;
        private Optional<Size> told = Optional.empty();

        Sizes(Terminal terminal, DataOutputStream out) {
            this.terminal = terminal;
            this.out = out;
        }

        @Override
        public void run() {
            Size now = terminal.size();
            if (told.filter(now::equals).isPresent()) {
                return;
            }
            told = Optional.of(now);
            try {
                synchronized (out) {
                    Frames.resized(out, now);
                }
            } catch (IOException _) {
                // The console has ended, which the reading thread sees.
                return;
            }
        }
    }

    private void type(DataOutputStream out) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            awaitReady();
            for (int got = keys.read(buffer); got >= 0; got = keys.read(buffer)) {
                synchronized (out) {
                    Frames.typed(out, buffer, got);
                }
            }
            synchronized (out) {
                Frames.typed(out, new byte[] {END_OF_INPUT}, 1);
            }
        } catch (IOException _) {
            // The console has ended, which the reading thread sees.
            return;
        }
    }

    /** The terminal inside forgets what was typed before it was set up; its first output is the prompt. */
    private void awaitReady() throws IOException {
        try {
            boolean _ = ready.await(READY_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() > MAX_HEAD_BYTES) {
                throw new IOException("the daemon's answer is cut off");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static int status(String head) throws IOException {
        if (!head.matches("(?s)HTTP/1\\.1 \\d{3} .*")) {
            throw new IOException("the daemon's answer is not understood");
        }
        return Integer.parseInt(head.substring(9, 12));
    }
}
