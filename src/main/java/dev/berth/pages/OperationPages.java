package dev.berth.pages;

import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Hashes;
import dev.berth.platform.Ids;
import dev.berth.vps.Operation;
import dev.berth.vps.Operation.State;
import dev.berth.vps.OperationService;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsService;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;

/** An operation as it goes on, and what to do when it is done. */
@Path("/operations")
@Authenticated
@RunOnVirtualThread
public class OperationPages {
    private final Frame frame;
    private final Callers callers;
    private final OperationService operations;
    private final VpsService vps;
    private final NameBook names;
    private final InstantSource clock;

    OperationPages(
            Frame frame,
            Callers callers,
            OperationService operations,
            VpsService vps,
            NameBook names,
            InstantSource clock) {
        this.clock = clock;
        this.names = names;
        this.frame = frame;
        this.callers = callers;
        this.operations = operations;
        this.vps = vps;
    }

    /**
     * What the page shows of an operation as it goes on.
     *
     * @param every how long the page waits before it asks again: short at first, longer the longer it takes
     * @param seen stands for all of it: while it is the same there is nothing to send
     */
    public record Live(Operation operation, Vps vps, Names names, String every, String seen) {
        /** From its acceptance to its end. */
        public Optional<Long> tookMicros() {
            return operation.finishedAt().map(end -> ChronoUnit.MICROS.between(operation.createdAt(), end));
        }

        public boolean trouble() {
            return operation.state() == State.FAILED || operation.state() == State.NEEDS_ATTENTION;
        }

        public String vpsPath() {
            return (names.staff() ? "/staff/vps/" : "/vps/") + vps.id();
        }
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance operation(Live live);

        static native TemplateInstance live(Live live);
    }

    @GET
    @Path("{id}")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response operation(@PathParam("id") String id) {
        Live live = find(id);
        return frame.show(Templates.operation(live), live.names().staff() ? "vps" : "home");
    }

    /** The part that changes; it asks for itself again until the operation has ended. */
    @GET
    @Path("{id}/live")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response live(@PathParam("id") String id, @QueryParam("seen") Optional<String> seen) {
        Live live = find(id);
        return seen.filter(live.seen()::equals).isPresent() ? Frame.nothingNew() : frame.part(Templates.live(live));
    }

    private Live find(String id) {
        Caller caller = callers.current();
        Operation operation = operations.get(caller, Ids.parse("operation", id));
        Vps of = vps.get(caller, operation.vpsId());
        String every = every(Duration.between(operation.createdAt(), clock.instant()));
        String shown = operation + " " + of.observedState() + of.sshFingerprints() + of.addresses() + every;
        return new Live(
                operation,
                of,
                names.of(Stream.of(operation.cause())),
                every,
                Hashes.hex(shown).substring(0, 16));
    }

    private static String every(Duration age) {
        long seconds = age.toSeconds();
        if (seconds < 15) {
            return "500ms";
        }
        if (seconds < 60) {
            return "1s";
        }
        return seconds < 300 ? "3s" : "10s";
    }
}
