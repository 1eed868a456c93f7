package dev.berth.pages;

import dev.berth.audit.AuditEvent;
import dev.berth.audit.AuditService;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.vps.Operation;
import dev.berth.vps.Suspensions;
import dev.berth.vps.Vps;
import dev.berth.vps.Vps.Suspension.Cause;
import dev.berth.vps.Vps.Suspension.How;
import dev.berth.vps.VpsService;
import dev.berth.vps.VpsService.Query;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Staff: every VPS, and stopping one with a reason. */
@Path("/staff/vps")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffVpsPages {
    private static final int EVENTS = 100;
    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final Suspensions suspensions;
    private final AuditService audit;
    private final NameBook names;
    private final Once once;

    StaffVpsPages(
            Frame frame,
            Callers callers,
            VpsService service,
            Suspensions suspensions,
            AuditService audit,
            NameBook names,
            Once once) {
        this.suspensions = suspensions;
        this.once = once;
        this.names = names;
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.audit = audit;
    }

    /** A VPS in a list. */
    public record Row(Vps vps, VpsState state) {
        static Row of(Vps vps) {
            return new Row(vps, VpsState.of(vps));
        }

        /** Whether staff hold it: what the ladder holds, the ladder lets go. */
        public boolean heldByStaff() {
            return vps.suspended().filter(s -> s.cause() == Cause.STAFF).isPresent();
        }
    }

    /** The form on the page, with the key that makes it safe to send twice. */
    public record Sheet(Filled filled, String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance list(List<Row> rows, Optional<String> next, boolean withGone);

        static native TemplateInstance vps(
                Row row, List<Operation> operations, List<AuditEvent> events, Names names, Sheet sheet);
    }

    @GET
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response list(@QueryParam("cursor") Optional<String> cursor, @QueryParam("gone") Optional<String> gone) {
        Query query = new Query(Optional.empty(), Optional.empty(), gone.isPresent());
        Page<Vps> page = service.list(callers.current(), query, Page.Ask.of(Optional.empty(), cursor));
        List<Row> rows = page.items().stream().map(Row::of).toList();
        return frame.show(Templates.list(rows, page.nextCursor(), gone.isPresent()), "vps");
    }

    @GET
    @Path("{id}")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response vps(@PathParam("id") String id) {
        return show(Ids.parse("VPS", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Caller caller = callers.current();
        List<Operation> operations = service.operations(caller, id);
        List<AuditEvent> events = audit.list(AuditService.Query.ALL.ofSubject(id), EVENTS);
        Names known = names.of(Stream.concat(
                operations.stream().map(Operation::cause), events.stream().map(AuditEvent::actor)));
        return frame.show(
                Templates.vps(
                        Row.of(service.get(caller, id)), operations, events, known, new Sheet(filled, once.key())),
                "vps",
                status);
    }

    @POST
    @Path("{id}/{action: suspend|resume}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response act(
            @PathParam("id") String id, @PathParam("action") String action, MultivaluedMap<String, String> fields) {
        UUID vps = Ids.parse("VPS", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/vps/" + vps + "/" + action, () -> {
                Operation operation = action.equals("suspend")
                        ? suspensions.suspend(callers.current(), vps, how(form), form.text("reason"))
                        : suspensions.resume(callers.current(), vps, form.text("reason"));
                return "/operations/" + operation.id();
            });
        } catch (Problem problem) {
            return show(vps, Filled.refused(form, problem), problem.status());
        }
    }

    private static How how(Form form) {
        return form.text("how").equals("FREEZE") ? How.FREEZE : How.STOP;
    }
}
