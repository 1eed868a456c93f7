package dev.berth.node.agent;

import dev.berth.contract.ConsoleRequests;
import dev.berth.contract.Departure;
import dev.berth.contract.Desired;
import dev.berth.contract.Enrolment;
import dev.berth.contract.ImageInfo;
import dev.berth.contract.Observed;
import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Ack;
import dev.berth.contract.Readings.Expected;
import dev.berth.node.json.Json;
import dev.berth.node.json.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The calls of the agent API. Each carries its own trace. */
public final class PortalClient implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PortalClient.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration DOWNLOAD_TIMEOUT = Duration.ofMinutes(14);
    private static final long MAX_ANSWER_BYTES = 64L << 20;
    private static final int MAX_DETAIL_CHARS = 300;
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int CONFLICT = 409;

    private final HttpClient http;
    private final URI portal;

    private PortalClient(URI portal, SSLContext tls) {
        this.portal = portal;
        this.http = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** For a node that is enrolled. */
    public static PortalClient of(URI portal, Identity identity) throws IOException {
        return new PortalClient(portal, Tls.mutual(identity));
    }

    /** Enrols with a join token. The token is sent only to who proves itself by the authority the token names. */
    public static Enrolment.Response enrol(URI portal, JoinToken token, String nodeName, String csrPem)
            throws IOException, InterruptedException {
        try (PortalClient client = new PortalClient(portal, Tls.pinned(token.authoritySha256()))) {
            Enrolment.Request request = new Enrolment.Request(token.secret(), nodeName, csrPem);
            return read(client.send("POST", "/agent/v1/enrol", Json.bytes(request)), Enrolment.Response.class);
        }
    }

    public Enrolment.Response renew(String csrPem) throws IOException, InterruptedException {
        byte[] body = Json.bytes(new Enrolment.RenewRequest(csrPem));
        return read(send("POST", "/agent/v1/renew", body), Enrolment.Response.class);
    }

    /**
     * What the portal wants.
     *
     * @param traceparent of the request that changed it, empty when the portal names none
     */
    public record DesiredAnswer(Desired desired, String traceparent) {}

    /** The full list, at once. */
    public Optional<DesiredAnswer> desiredInFull() throws IOException, InterruptedException {
        return desired(send("GET", "/agent/v1/desired?after=-1&wait=0", null));
    }

    /** What changed after a revision; waits for something to change, and is empty when nothing did. */
    public Optional<DesiredAnswer> desiredAfter(long revision, long waitSeconds)
            throws IOException, InterruptedException {
        String path = "/agent/v1/desired?after=%d&wait=%d".formatted(revision, waitSeconds);
        HttpRequest request =
                request(path, CALL_TIMEOUT.plusSeconds(waitSeconds)).GET().build();
        return desired(send(request));
    }

    private static Optional<DesiredAnswer> desired(HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() == NO_CONTENT) {
            return Optional.empty();
        }
        String traceparent = response.headers().firstValue("traceparent").orElse("");
        return Optional.of(new DesiredAnswer(read(response, Desired.class), traceparent));
    }

    public void observed(Observed observed) throws IOException, InterruptedException {
        expectNothing(send("PUT", "/agent/v1/observed", Json.bytes(observed)));
    }

    /** @return the sequence number from which to go on: after what was acknowledged, or what the portal waits for */
    public UploadResult readings(Readings readings) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send("POST", "/agent/v1/readings", Json.bytes(readings));
        if (response.statusCode() == CONFLICT) {
            return new UploadResult.Hole(json(response.body(), Expected.class).expectedSeq());
        }
        return new UploadResult.Acked(read(response, Ack.class).ackedSeq());
    }

    /** What the portal said to a batch. */
    public sealed interface UploadResult {
        record Acked(long seq) implements UploadResult {}

        record Hole(long expectedSeq) implements UploadResult {}
    }

    /** Who waits for a terminal; waits for somebody to. */
    public ConsoleRequests consoles(long waitSeconds) throws IOException, InterruptedException {
        HttpRequest request = request("/agent/v1/consoles?wait=" + waitSeconds, CALL_TIMEOUT.plusSeconds(waitSeconds))
                .GET()
                .build();
        return read(send(request), ConsoleRequests.class);
    }

    /** Dials the portal for a session it told of. */
    WebSocket dial(String sessionId, WebSocket.Listener listener) throws IOException, InterruptedException {
        URI to = URI.create(
                portal.resolve("/agent/v1/consoles/" + sessionId).toString().replaceFirst("^http", "ws"));
        try {
            return http.newWebSocketBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .buildAsync(to, listener)
                    .get(CALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the portal does not take the console's line", e);
        }
    }

    public ImageInfo image(String digest) throws IOException, InterruptedException {
        return read(send("GET", "/agent/v1/images/" + digest, null), ImageInfo.class);
    }

    /**
     * Writes an image's archive to a new file; never more than the portal said it has.
     *
     * @param check given what the portal says of the image before any of it is fetched; refuses it by throwing
     */
    public void download(String digest, Consumer<ImageInfo> check, Path to) throws IOException, InterruptedException {
        ImageInfo image = image(digest);
        check.accept(image);
        long expected = image.sizeBytes();
        try (Trace trace = new Trace()) {
            HttpRequest request = request("/agent/v1/images/" + digest + "/archive", DOWNLOAD_TIMEOUT)
                    .header("traceparent", trace.header())
                    .GET()
                    .build();
            HttpResponse<InputStream> response =
                    http.send(request, BodyHandlers.limiting(BodyHandlers.ofInputStream(), expected));
            try (InputStream body = response.body()) {
                if (response.statusCode() != OK) {
                    throw new PortalException("image archive", response.statusCode(), "");
                }
                long bytes = Files.copy(body, to);
                LOG.infof("image %s: %d bytes fetched", digest, bytes);
            }
        }
    }

    public void leavePiece(String migrationId, long number, byte[] piece) throws IOException, InterruptedException {
        expectNothing(send(request(pieces(migrationId) + number, CALL_TIMEOUT)
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(piece))
                .build()));
    }

    public void leaveDeparture(String migrationId, Departure departure) throws IOException, InterruptedException {
        // The portal looks at all pieces before it answers.
        expectNothing(send(request(departurePath(migrationId), DOWNLOAD_TIMEOUT)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(Json.bytes(departure)))
                .build()));
    }

    public Departure departure(String migrationId) throws IOException, InterruptedException {
        return read(send("GET", departurePath(migrationId), null), Departure.class);
    }

    public byte[] piece(String migrationId, long number) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send("GET", pieces(migrationId) + number, null);
        if (response.statusCode() != OK) {
            throw failure(response);
        }
        return response.body();
    }

    private static String pieces(String migrationId) {
        return "/agent/v1/migrations/" + migrationId + "/pieces/";
    }

    private static String departurePath(String migrationId) {
        return "/agent/v1/migrations/" + migrationId + "/departure";
    }

    private static void expectNothing(HttpResponse<byte[]> response) throws PortalException {
        if (response.statusCode() != NO_CONTENT && response.statusCode() != OK) {
            throw failure(response);
        }
    }

    /** Takes no more calls; those under way come to their end. */
    void retire() {
        http.shutdown();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpResponse<byte[]> send(String method, String path, byte @Nullable [] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path, CALL_TIMEOUT);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofByteArray(body));
        }
        return send(request.build());
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        try (Trace trace = new Trace()) {
            HttpRequest traced = HttpRequest.newBuilder(request, (name, value) -> true)
                    .header("traceparent", trace.header())
                    .build();
            HttpResponse<byte[]> response =
                    http.send(traced, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
            LOG.debugf("%s %s: %d", request.method(), request.uri().getPath(), response.statusCode());
            return response;
        }
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        return HttpRequest.newBuilder(portal.resolve(path)).timeout(timeout).header("Accept", "application/json");
    }

    private static <T> T read(HttpResponse<byte[]> response, Class<T> type) throws IOException {
        if (response.statusCode() != OK) {
            throw failure(response);
        }
        return json(response.body(), type);
    }

    private static <T> T json(byte[] body, Class<T> type) throws IOException {
        try {
            return Json.read(body, type);
        } catch (MalformedException e) {
            throw new IOException("the portal's answer is not understood: " + e.getMessage(), e);
        }
    }

    private static PortalException failure(HttpResponse<byte[]> response) {
        String body = new String(response.body(), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ");
        String detail = body.length() > MAX_DETAIL_CHARS ? body.substring(0, MAX_DETAIL_CHARS) : body;
        return new PortalException(
                response.request().method() + " " + response.uri().getPath(), response.statusCode(), detail);
    }
}
