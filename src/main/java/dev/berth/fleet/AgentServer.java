package dev.berth.fleet;

import dev.berth.fleet.Authority.Identity;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The TLS listener that nodes dial. Its certificate comes from the portal's own authority; a node proves who it is with
 * one from there, which only enrolling goes without. Handlers run on virtual threads, so that a held poll costs no thread.
 */
@ApplicationScoped
class AgentServer {
    private static final Logger LOG = Logger.getLogger(AgentServer.class);
    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;
    private static final int START_SECONDS = 20;

    private final Vertx vertx;
    private final AuthorityStore authority;
    private final AgentApi api;
    private final InstantSource clock;
    private final String host;
    private final int port;
    private final List<String> names;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable HttpServer server;

    AgentServer(
            Vertx vertx,
            AuthorityStore authority,
            AgentApi api,
            InstantSource clock,
            @ConfigProperty(name = "berth.agent.host") String host,
            @ConfigProperty(name = "berth.agent.port") int port,
            @ConfigProperty(name = "berth.agent.names") List<String> names) {
        this.vertx = vertx;
        this.authority = authority;
        this.api = api;
        this.clock = clock;
        this.host = host;
        this.port = port;
        this.names = List.copyOf(names);
    }

    void start(@Observes @Priority(3000) StartupEvent event) {
        try {
            server = vertx.createHttpServer(options())
                    .requestHandler(this::accept)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS);
            LOG.infof("agent API on https://%s:%d", host, port());
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the agent API cannot listen on %s:%d".formatted(host, port), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    /** The port it listens on, also when any free one was asked for. */
    int port() {
        HttpServer running = server;
        return running == null ? port : running.actualPort();
    }

    boolean listening() {
        return server != null;
    }

    private HttpServerOptions options() {
        Authority ca = authority.get();
        List<String> all = new ArrayList<>(List.of("localhost", "127.0.0.1"));
        names.stream().filter(name -> !all.contains(name)).forEach(all::add);
        if (!host.equals("0.0.0.0") && !host.equals("::") && !all.contains(host)) {
            all.add(host);
        }
        Identity identity = ca.server(all, clock.instant());
        String caPem = Authority.pem(ca.certificate());
        return new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(Authority.pem(identity.certificate()) + caPem))
                        .addKeyValue(Buffer.buffer(Authority.pem(identity.pkcs8()))))
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(caPem)))
                .setClientAuth(ClientAuth.REQUEST)
                .setIdleTimeout(120)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxHeaderSize(16 * 1024)
                .setCompressionSupported(false);
    }

    private void accept(HttpServerRequest request) {
        AgentExchange exchange = new AgentExchange(request);
        if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            upgrade(request, exchange);
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() <= MAX_BODY_BYTES) {
                body.appendBuffer(part);
            } else {
                exchange.tooLarge();
            }
        });
        request.exceptionHandler(e -> LOG.debugf("a node went away: %s", e.getMessage()));
        request.endHandler(end -> threads.execute(() -> api.serve(exchange, body)));
    }

    /** Who it is and what it dials for is found out before the node is told anything. */
    private void upgrade(HttpServerRequest request, AgentExchange exchange) {
        request.pause();
        Context context = vertx.getOrCreateContext();
        threads.execute(() -> api.console(exchange)
                .ifPresent(end -> context.runOnContext(_ -> request.toWebSocket()
                        .onSuccess(end::accept)
                        .onFailure(e -> LOG.debugf("a node went away: %s", e.getMessage())))));
    }

    void stop(@Observes ShutdownEvent event) {
        HttpServer running = server;
        if (running != null) {
            running.close().onFailure(e -> LOG.warn("agent API did not close", e));
        }
        threads.shutdownNow();
    }
}
