package dev.berth.fleet;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.berth.contract.ConsoleRequests;
import dev.berth.contract.Departure;
import dev.berth.contract.Desired;
import dev.berth.contract.Enrolment;
import dev.berth.contract.InvalidMessageException;
import dev.berth.contract.Observed;
import dev.berth.contract.Patterns;
import dev.berth.contract.Readings;
import dev.berth.fleet.NodeContexts.Changes;
import dev.berth.platform.Problem;
import dev.berth.platform.Signals;
import dev.berth.platform.Traces;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The agent API: what a node may ask and say. A node reaches its own contexts only. */
@ApplicationScoped
class AgentApi {
    /** Reads and writes the contract: unknown fields are ignored, an absent Optional is null. */
    static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final Logger LOG = Logger.getLogger(AgentApi.class);
    private static final String IMAGES = "/agent/v1/images/";
    private static final Pattern MIGRATION = Pattern.compile(
            "/agent/v1/migrations/(" + Patterns.UUID.pattern() + ")/(?:departure|pieces/(0|[1-9][0-9]{0,5}))");
    private static final Pattern CONSOLE = Pattern.compile("/agent/v1/consoles/(" + Patterns.UUID.pattern() + ")");
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private final EnrolmentService enrolment;
    private final NodeService nodes;
    private final NodeContexts contexts;
    private final ReadingSink readings;
    private final ImageService images;
    private final MigrationSpool spool;
    private final NodeConsoles consoles;
    private final Signals signals;
    private final long readingIntervalSeconds;

    AgentApi(
            EnrolmentService enrolment,
            NodeService nodes,
            NodeContexts contexts,
            ReadingSink readings,
            ImageService images,
            MigrationSpool spool,
            NodeConsoles consoles,
            Signals signals,
            @ConfigProperty(name = "berth.metering.reading-interval") Duration readingInterval) {
        this.enrolment = enrolment;
        this.nodes = nodes;
        this.contexts = contexts;
        this.readings = readings;
        this.images = images;
        this.spool = spool;
        this.consoles = consoles;
        this.signals = signals;
        this.readingIntervalSeconds = readingInterval.toSeconds();
    }

    /** Answers one request; never throws. */
    void serve(AgentExchange exchange, Buffer body) {
        Traces.begin(exchange.header(Traces.HEADER).orElse(null));
        try {
            route(exchange, body.getBytes());
        } catch (Problem e) {
            problem(exchange, e);
        } catch (AgentExchange.GoneException e) {
            LOG.debug("a node went away", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem(exchange, Problem.of(503, "stopping", "This portal is stopping."));
        } catch (RuntimeException | IOException e) {
            LOG.error("agent request failed: " + exchange.method() + " " + exchange.path(), e);
            problem(exchange, Problem.of(500, "internal", "This is a fault of the portal."));
        } finally {
            Traces.end();
        }
    }

    /** Where the WebSocket a node dials belongs; what does not belong anywhere is answered and empty. Never throws. */
    Optional<Consumer<ServerWebSocket>> console(AgentExchange exchange) {
        try {
            Authenticated node = authenticate(exchange);
            Matcher session = CONSOLE.matcher(exchange.path());
            Optional<Consumer<ServerWebSocket>> end =
                    session.matches() ? consoles.end(node.id(), UUID.fromString(session.group(1))) : Optional.empty();
            if (end.isEmpty()) {
                problem(exchange, Problem.notFound("console"));
            }
            return end;
        } catch (Problem e) {
            problem(exchange, e);
        } catch (RuntimeException e) {
            LOG.error("a node's console failed", e);
            problem(exchange, Problem.of(500, "internal", "This is a fault of the portal."));
        }
        return Optional.empty();
    }

    private void route(AgentExchange exchange, byte[] body) throws IOException, InterruptedException {
        String what = exchange.method() + " " + exchange.path();
        if (what.equals("POST /agent/v1/enrol")) {
            json(exchange, 200, enrolment.enrol(read(body, Enrolment.Request.class)));
            return;
        }
        Authenticated node = authenticate(exchange);
        switch (what) {
            case "POST /agent/v1/renew" ->
                json(exchange, 200, enrolment.renew(node.id(), read(body, Enrolment.RenewRequest.class)));
            case "GET /agent/v1/desired" -> desired(exchange, node.id());
            case "PUT /agent/v1/observed" -> {
                contexts.observed(node.id(), read(body, Observed.class));
                exchange.noContent();
            }
            case "GET /agent/v1/consoles" ->
                json(exchange, 200, new ConsoleRequests(consoles.take(node.id(), wait(exchange), exchange::gone)));
            case "POST /agent/v1/readings" -> readings(exchange, node, read(body, Readings.class));
            default -> other(exchange, node.id(), body);
        }
    }

    private void other(AgentExchange exchange, UUID nodeId, byte[] body) throws IOException {
        Matcher migration = MIGRATION.matcher(exchange.path());
        if (!migration.matches()) {
            image(exchange);
            return;
        }
        UUID id = UUID.fromString(migration.group(1));
        Optional<Integer> piece = Optional.ofNullable(migration.group(2)).map(Integer::valueOf);
        switch (exchange.method()) {
            case "PUT" -> {
                if (piece.isPresent()) {
                    spool.leave(nodeId, id, piece.get(), body);
                } else {
                    spool.leave(nodeId, id, read(body, Departure.class));
                }
                exchange.noContent();
            }
            case "GET" -> {
                if (piece.isPresent()) {
                    exchange.send(200, "application/octet-stream", spool.piece(nodeId, id, piece.get()));
                } else {
                    json(exchange, 200, spool.departure(nodeId, id));
                }
            }
            default -> throw Problem.notFound("path");
        }
    }

    private record Authenticated(UUID id, X509Certificate certificate) {}

    private Authenticated authenticate(AgentExchange exchange) {
        X509Certificate certificate = exchange.certificate()
                .orElseThrow(() -> Problem.of(401, "no-certificate", "This needs a node's certificate."));
        UUID id = enrolment
                .nodeOf(certificate)
                .orElseThrow(() -> Problem.of(401, "certificate-refused", "This certificate is not in force."));
        return new Authenticated(id, certificate);
    }

    private void desired(AgentExchange exchange, UUID nodeId) throws IOException, InterruptedException {
        long after = number(exchange, "after", -1);
        if (after < 0) {
            Changes all = contexts.changedAfter(nodeId, -1);
            json(exchange, 200, new Desired(all.revision(), true, settings(), all.specs()));
            return;
        }
        long deadline = Signals.deadlineNanos(wait(exchange));
        try (Signals.Watch watch = signals.watch(new NodeTopic(nodeId))) {
            while (nodes.revision(nodeId) <= after && !exchange.gone()) {
                Duration nap = Signals.nap(deadline);
                if (nap.isZero()) {
                    break;
                }
                watch.await(nap);
            }
            if (!watch.traceId().isEmpty()) {
                exchange.traceparent(watch.traceId());
            }
        }
        Changes changes = contexts.changedAfter(nodeId, after);
        json(exchange, 200, new Desired(changes.revision(), false, settings(), changes.specs()));
    }

    private static Duration wait(AgentExchange exchange) {
        Duration wait = Duration.ofSeconds(number(exchange, "wait", 0));
        return wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait;
    }

    private Desired.Settings settings() {
        return new Desired.Settings(readingIntervalSeconds, Optional.of(images.announced()));
    }

    private void readings(AgentExchange exchange, Authenticated node, Readings batch) throws IOException {
        switch (readings.take(node.id(), node.certificate().getPublicKey(), batch)) {
            case ReadingSink.Result.Acked acked -> json(exchange, 200, new Readings.Ack(acked.ackedSeq()));
            case ReadingSink.Result.Hole hole -> json(exchange, 409, new Readings.Expected(hole.expectedSeq()));
            case ReadingSink.Result.Early early -> problem(exchange, Problem.of(422, "clock-ahead", early.detail()));
            case ReadingSink.Result.Broken broken ->
                problem(exchange, Problem.of(422, "journal-broken", broken.detail()));
        }
    }

    private void image(AgentExchange exchange) throws IOException {
        String path = exchange.path();
        if (!exchange.method().equals("GET") || !path.startsWith(IMAGES)) {
            throw Problem.notFound("path");
        }
        String rest = path.substring(IMAGES.length());
        boolean archive = rest.endsWith("/archive");
        String digest = archive ? rest.substring(0, rest.length() - "/archive".length()) : rest;
        Image image = Optional.of(digest)
                .filter(text -> Patterns.DIGEST.matcher(text).matches())
                .flatMap(images::byDigest)
                .orElseThrow(() -> Problem.notFound("image"));
        if (archive) {
            exchange.beginStream("application/gzip", image.sizeBytes());
            images.read(image, exchange::write);
            exchange.endStream();
        } else {
            json(exchange, 200, image.info());
        }
    }

    private static long number(AgentExchange exchange, String name, long otherwise) {
        String text = exchange.parameter(name).orElse("");
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("-?[0-9]{1,18}")) {
            throw Problem.invalid(name, "is not a number");
        }
        return Long.parseLong(text);
    }

    /** @throws Problem when the body is not a message of that type */
    static <T> T read(byte[] body, Class<T> type) throws IOException {
        try {
            // JSON's null is no message, and would be a fault of the portal further on.
            return Optional.ofNullable(JSON.readValue(body, type)).orElseThrow(AgentApi::unreadable);
        } catch (JacksonException e) {
            Problem problem = e.getCause() instanceof InvalidMessageException invalid
                    ? Problem.invalid(invalid.faults().stream()
                            .map(fault -> new Problem.Fault("", fault))
                            .toList())
                    : unreadable();
            problem.initCause(e);
            throw problem;
        }
    }

    private static Problem unreadable() {
        return Problem.of(400, "unreadable", "The body is not the message that belongs here.");
    }

    private static void json(AgentExchange exchange, int status, Object body) throws IOException {
        exchange.send(status, "application/json", JSON.writeValueAsBytes(body));
    }

    private static void problem(AgentExchange exchange, Problem problem) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("status", problem.status());
        body.put("code", problem.code());
        body.put("detail", problem.detail());
        body.put("faults", problem.faults());
        body.put("traceId", Traces.current());
        LOG.infof("refused: %s: %s", problem.code(), problem.detail());
        try {
            exchange.send(problem.status(), "application/problem+json", JSON.writeValueAsBytes(body));
        } catch (JacksonException e) {
            LOG.error("cannot write a problem", e);
            exchange.send(500, "text/plain", "internal".getBytes(StandardCharsets.UTF_8));
        }
    }
}
