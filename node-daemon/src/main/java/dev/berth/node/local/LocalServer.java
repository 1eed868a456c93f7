package dev.berth.node.local;

import dev.berth.node.console.Frames;
import dev.berth.node.host.Console;
import dev.berth.node.host.HostException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Listens on a Unix socket that only root can open. One request for each connection, so many connections at once. */
public final class LocalServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LocalServer.class);
    private static final int MAX_CONNECTIONS = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path socket;
    private final Responder responder;
    private final Duration patience;
    private final Semaphore places = new Semaphore(MAX_CONNECTIONS);
    private final ExecutorService workers = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("local-", 0).factory());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("local-timer").factory());
    private final ServerSocketChannel server;

    public LocalServer(Path socket, Responder responder) throws IOException {
        this(socket, responder, PATIENCE);
    }

    /** @param patience how long a client may take to send its request, and again to read the answer */
    LocalServer(Path socket, Responder responder, Duration patience) throws IOException {
        this.socket = socket;
        this.responder = responder;
        this.patience = patience;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    public void start() throws IOException {
        // Whoever holds the data directory's lock owns the socket; one that is left is from a daemon that is no more.
        Files.deleteIfExists(socket);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        Thread.ofPlatform().daemon().name("local").start(this::accept);
    }

    @Override
    public void close() throws IOException {
        server.close();
        workers.shutdownNow();
        timer.shutdownNow();
        Files.deleteIfExists(socket);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                places.acquire();
                SocketChannel channel = server.accept();
                workers.execute(() -> serve(channel));
            } catch (ClosedChannelException e) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException e) {
                places.release();
                LOG.warnf("a local connection was not accepted: %s", e.getMessage());
            }
        }
    }

    private void serve(SocketChannel channel) {
        ScheduledFuture<?> limit = limit(channel);
        try (channel;
                InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
                OutputStream out = Channels.newOutputStream(channel)) {
            serve(in, out, channel, limit);
        } catch (IOException e) {
            LOG.debugf("a local connection ended early: %s", e.getMessage());
        } finally {
            limit.cancel(false);
            places.release();
        }
    }

    private ScheduledFuture<?> limit(SocketChannel channel) {
        return timer.schedule(() -> close(channel), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void serve(InputStream in, OutputStream out, SocketChannel channel, ScheduledFuture<?> limit)
            throws IOException {
        Answer answer;
        try {
            Request request = Request.read(in);
            limit.cancel(false);
            Optional<Console> console = responder.console(request);
            if (console.isPresent()) {
                out.write(Answer.switching());
                Frames.relay(console.get(), in, out, channel);
                return;
            }
            answer = responder.answer(request);
        } catch (Request.MalformedRequestException e) {
            answer = Answer.problem(400, String.valueOf(e.getMessage()));
        } catch (HostException e) {
            answer = Answer.problem(502, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("a fault in the daemon met a local request", e);
            answer = Answer.problem(500, "internal fault: " + e.getMessage());
        }
        write(answer, out, channel);
    }

    /** Without a limit a client that never reads a long answer would keep its place for ever. */
    private void write(Answer answer, OutputStream out, SocketChannel channel) throws IOException {
        ScheduledFuture<?> limit = limit(channel);
        try {
            out.write(answer.bytes());
        } finally {
            limit.cancel(false);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debugf("a slow local connection did not close: %s", e.getMessage());
        }
    }
}
