package dev.berth.vps;

import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.vps.NodeDeaths.Statement;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Nodes that are gone for good, for administrators. */
@Path("/api/admin/v1/nodes/{id}/death")
@Tag(name = "staff")
@RolesAllowed("admin")
@RunOnVirtualThread
public class NodeDeathResource {
    private final Callers callers;
    private final NodeDeaths deaths;
    private final Idempotency idempotency;

    NodeDeathResource(Callers callers, NodeDeaths deaths, Idempotency idempotency) {
        this.callers = callers;
        this.deaths = deaths;
        this.idempotency = idempotency;
    }

    @POST
    @Operation(
            summary = "Declare a node gone for good: you have fenced it, and it is refused from now on",
            description =
                    "What was to move to it stays where it was; what has departed from it goes on; the rest is lost.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = NodeDeath.class)))
    public Response declare(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Statement body) {
        Caller caller = callers.current();
        UUID node = Ids.parse("node", id);
        Attempt attempt = new Attempt(caller, key, "nodes/" + node + "/death", body);
        Response answer = Answers.of(idempotency.once(
                attempt, () -> Effect.created("/api/admin/v1/nodes/" + node, deaths.declare(caller, node, body))));
        deaths.settle(node);
        return answer;
    }

    @POST
    @Path("/release")
    @Operation(
            summary = "Write off what was on a node that is gone: its addresses go to quarantine, its room is given up")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = NodeDeath.class)))
    public Response release(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Statement body) {
        Caller caller = callers.current();
        UUID node = Ids.parse("node", id);
        Attempt attempt = new Attempt(caller, key, "nodes/" + node + "/death/release", body);
        return Answers.of(idempotency.once(attempt, () -> Effect.ok(deaths.release(caller, node, body))));
    }
}
