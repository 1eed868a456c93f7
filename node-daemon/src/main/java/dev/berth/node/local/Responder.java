package dev.berth.node.local;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.Pressure;
import dev.berth.contract.Observed.Sample;
import dev.berth.contract.Patterns;
import dev.berth.node.apply.StatusBoard;
import dev.berth.node.console.Consoles;
import dev.berth.node.host.Console;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.Host;
import dev.berth.node.host.HostException;
import dev.berth.node.image.HeldImages;
import dev.berth.node.json.Json;
import dev.berth.node.json.MalformedException;
import dev.berth.node.meter.Meters;
import dev.berth.node.store.ContextRow;
import dev.berth.node.store.ContextStore;
import dev.berth.node.store.Journal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers to the command line. Nothing here changes what a context should be; {@code exec} runs a command inside one. */
public final class Responder {
    private static final int MAX_OUTPUT_BYTES = 1 << 20;
    private static final int MAX_COMMAND_WORDS = 256;
    private static final long MAX_SECONDS = 600;

    /**
     * How the daemon is, as far as a liveness check wants to know. The portal being away is no fault of the node.
     *
     * @param busy contexts that are being worked on or wait for it
     */
    public record Health(Optional<String> nodeId, long lastContactMillis, long revision, int failures, int busy) {}

    /** What the daemon makes for whoever asks. */
    public record Views(Supplier<String> metrics, Supplier<Health> health, Supplier<List<HeldImages.Held>> images) {}

    /** One context in full. */
    public record Detail(
            Optional<ContextSpec> desired,
            Optional<Long> baseId,
            long startNo,
            Optional<ContextStatus> status,
            ContextFacts facts,
            Optional<Sample> sample,
            Optional<Pressure> pressure) {}

    /** A command to run in a context. */
    public record Exec(List<String> command, long timeoutSeconds) {
        public Exec {
            command = List.copyOf(command);
            if (command.isEmpty() || command.size() > MAX_COMMAND_WORDS) {
                throw new IllegalArgumentException("a command has 1 to %d words".formatted(MAX_COMMAND_WORDS));
            }
            if (timeoutSeconds < 1 || timeoutSeconds > MAX_SECONDS) {
                throw new IllegalArgumentException("a timeout has 1 to %d seconds".formatted(MAX_SECONDS));
            }
        }
    }

    private final Host host;
    private final Consoles consoles;
    private final ContextStore contexts;
    private final StatusBoard board;
    private final Meters meters;
    private final Journal journal;
    private final Views views;

    public Responder(
            Host host,
            Consoles consoles,
            ContextStore contexts,
            StatusBoard board,
            Meters meters,
            Journal journal,
            Views views) {
        this.host = host;
        this.consoles = consoles;
        this.contexts = contexts;
        this.board = board;
        this.meters = meters;
        this.journal = journal;
        this.views = views;
    }

    /** The console that is asked for; empty when something else is. */
    Optional<Console> console(Request request) {
        Optional<String> id = idBefore("/console", request.path());
        if (id.isEmpty() || !request.method().equals("POST")) {
            return Optional.empty();
        }
        try {
            return Optional.of(consoles.open(id.get(), Json.read(request.body(), Console.Size.class)));
        } catch (IOException | MalformedException e) {
            throw new HostException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The known context that a path names. */
    private Optional<String> idBefore(String suffix, String path) {
        if (!path.startsWith("/contexts/") || !path.endsWith(suffix)) {
            return Optional.empty();
        }
        String id = path.substring("/contexts/".length(), path.length() - suffix.length());
        return Optional.of(id)
                .filter(text -> Patterns.UUID.matcher(text).matches())
                .filter(text -> contexts.find(text).isPresent());
    }

    Answer answer(Request request) {
        try {
            return switch (request.method()) {
                case "GET" -> get(request.path());
                case "POST" -> post(request.path(), request.body());
                default -> Answer.problem(405, "only GET and POST are understood");
            };
        } catch (HostException | IOException e) {
            return Answer.problem(502, String.valueOf(e.getMessage()));
        } catch (MalformedException e) {
            return Answer.problem(400, String.valueOf(e.getMessage()));
        }
    }

    private Answer get(String path) {
        return switch (path) {
            case "/contexts" -> Answer.json(board.all());
            case "/doctor" -> Answer.json(host.doctor());
            case "/verify" -> Answer.json(journal.check());
            case "/health" -> Answer.json(views.health().get());
            case "/images" -> Answer.json(views.images().get());
            case "/metrics" -> Answer.text(views.metrics().get());
            default -> path.startsWith("/contexts/") ? show(path.substring("/contexts/".length())) : Answer.notFound();
        };
    }

    private Answer post(String path, String body) throws IOException {
        Optional<String> id = idBefore("/exec", path);
        if (id.isEmpty()) {
            return Answer.notFound();
        }
        Exec exec = Json.read(body, Exec.class);
        return Answer.json(
                host.exec(id.get(), exec.command(), Duration.ofSeconds(exec.timeoutSeconds()), MAX_OUTPUT_BYTES));
    }

    private Answer show(String id) {
        if (!Patterns.UUID.matcher(id).matches()) {
            return Answer.notFound();
        }
        Optional<ContextRow> row = contexts.find(id);
        Optional<ContextStatus> status = board.find(id);
        if (row.isEmpty() && status.isEmpty()) {
            return Answer.notFound();
        }
        return Answer.json(new Detail(
                row.map(ContextRow::spec),
                row.flatMap(ContextRow::baseId),
                row.map(ContextRow::startNo).orElse(0L),
                status,
                host.inspect(id),
                meters.sample(id),
                host.pressure(id)));
    }
}
