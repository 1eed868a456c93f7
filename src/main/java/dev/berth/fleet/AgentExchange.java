package dev.berth.fleet;

import dev.berth.platform.Traces;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jboss.logging.Logger;

/** One request of a node and its answer, for code that may wait. */
final class AgentExchange {
    private static final Logger LOG = Logger.getLogger(AgentExchange.class);
    private static final int WRITE_SECONDS = 60;
    private final HttpServerRequest request;
    private final HttpServerResponse response;

    AgentExchange(HttpServerRequest request) {
        this.request = request;
        this.response = request.response();
    }

    String method() {
        return request.method().name();
    }

    String path() {
        String path = request.path();
        return path == null ? "" : path;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(request.getParam(name));
    }

    /** The certificate the node came with; TLS has checked that our authority signed it and that it has the key. */
    Optional<X509Certificate> certificate() {
        SSLSession session = request.sslSession();
        if (session == null) {
            return Optional.empty();
        }
        try {
            for (Certificate certificate : List.of(session.getPeerCertificates())) {
                if (certificate instanceof X509Certificate x509) {
                    return Optional.of(x509);
                }
            }
            return Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty(); // it came without one
        }
    }

    boolean gone() {
        return response.closed();
    }

    void tooLarge() {
        if (!response.ended()) {
            ended(response.setStatusCode(413).putHeader("Connection", "close").end());
        }
    }

    void traceparent(String traceId) {
        response.putHeader(Traces.HEADER, Traces.traceparent(traceId));
    }

    void send(int status, String contentType, byte[] body) {
        if (!response.ended() && !response.closed()) {
            ended(response.setStatusCode(status)
                    .putHeader("Content-Type", contentType)
                    .end(Buffer.buffer(body)));
        }
    }

    void noContent() {
        if (!response.ended() && !response.closed()) {
            ended(response.setStatusCode(204).end());
        }
    }

    void beginStream(String contentType, long length) {
        response.setStatusCode(200)
                .putHeader("Content-Type", contentType)
                .putHeader("Content-Length", Long.toString(length));
    }

    /** Waits until the piece is on its way, so that no more than one is in memory. */
    void write(byte[] piece) {
        await(response.write(Buffer.buffer(piece)));
    }

    void endStream() {
        await(response.end());
    }

    private static void ended(Future<Void> sent) {
        sent.onFailure(e -> LOG.debugf("an answer did not arrive: %s", e.getMessage()));
    }

    private static void await(Future<Void> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new GoneException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GoneException(e);
        }
    }

    /** The node stopped reading. */
    static final class GoneException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GoneException(Throwable cause) {
            super("the node went away", cause);
        }
    }
}
