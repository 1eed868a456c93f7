package dev.berth.drain;

import dev.berth.drain.DrainService.NewDrain;
import dev.berth.drain.DrainService.Report;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Nodes that are emptied, for staff. */
@Path("/api/admin/v1/nodes/{id}/drains")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class DrainResource {
    private final Callers callers;
    private final DrainService service;
    private final Idempotency idempotency;

    DrainResource(Callers callers, DrainService service, Idempotency idempotency) {
        this.callers = callers;
        this.service = service;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "A node's drains, newest first")
    public List<Drain> list(@PathParam("id") String id) {
        return service.list(callers.current(), Ids.parse("node", id));
    }

    @POST
    @RolesAllowed("admin")
    @Operation(
            summary = "Empty a node: it takes no orders, and its VPS move to others, a few at a time",
            description = "It ends by itself. A VPS that cannot move stays, with the cause.")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Drain.class)))
    public Response begin(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, NewDrain body) {
        Caller caller = callers.current();
        UUID node = Ids.parse("node", id);
        Attempt attempt = new Attempt(caller, key, "nodes/" + node + "/drains", body);
        return Answers.of(idempotency.once(attempt, () -> {
            Drain begun = service.begin(caller, node, body);
            return Effect.accepted("/api/admin/v1/nodes/" + node + "/drains/" + begun.id(), begun);
        }));
    }

    @GET
    @Path("/{drain}")
    @Operation(summary = "How far a drain is, and what became of each VPS")
    public Report report(@PathParam("id") String id, @PathParam("drain") String drain) {
        return service.report(callers.current(), Ids.parse("node", id), Ids.parse("drain", drain));
    }

    @DELETE
    @Path("/{drain}")
    @Operation(summary = "Stop a drain: what has not begun does not begin. The node takes no orders still")
    public Drain stop(@PathParam("id") String id, @PathParam("drain") String drain) {
        return service.stop(callers.current(), Ids.parse("node", id), Ids.parse("drain", drain));
    }
}
