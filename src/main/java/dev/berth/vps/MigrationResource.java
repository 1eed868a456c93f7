package dev.berth.vps;

import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.vps.MigrationService.Begun;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Moves of a VPS from node to node, for staff. */
@Path("/api/admin/v1/vps/{id}/migrations")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class MigrationResource {
    private final Callers callers;
    private final MigrationService service;
    private final Idempotency idempotency;

    MigrationResource(Callers callers, MigrationService service, Idempotency idempotency) {
        this.callers = callers;
        this.service = service;
        this.idempotency = idempotency;
    }

    @GET
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "A VPS' moves from node to node, newest first")
    public List<VpsMigration> list(@PathParam("id") String id) {
        return service.list(callers.current(), Ids.parse("VPS", id));
    }

    /**
     * @param node id or name of the node it is to go to
     * @param reason the VPS' owner can read it
     */
    public record NewMigration(
            @Nullable String node, @Nullable String reason) {}

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Move a VPS to another node: it is stopped, its disk copied, and started there")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Begun.class)))
    public Response begin(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, NewMigration body) {
        Caller caller = callers.current();
        UUID vps = Ids.parse("VPS", id);
        Attempt attempt = new Attempt(caller, key, "staff/vps/" + vps + "/migrations", body);
        return Answers.of(idempotency.once(attempt, () -> {
            Begun begun = service.begin(caller, vps, body.node(), body.reason());
            return Effect.accepted(begun.operation().path(), begun);
        }));
    }

    public record GivingUp(@Nullable String reason) {}

    @POST
    @Path("/{migration}/give-up")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Give a move up: the VPS goes back to where it was, unless it runs on the other node already")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = VpsMigration.class)))
    public Response giveUp(
            @PathParam("id") String id,
            @PathParam("migration") String migration,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            GivingUp body) {
        Caller caller = callers.current();
        UUID vps = Ids.parse("VPS", id);
        UUID move = Ids.parse("migration", migration);
        Attempt attempt = new Attempt(caller, key, "staff/vps/" + vps + "/migrations/" + move + "/give-up", body);
        return Answers.of(idempotency.once(attempt, () -> {
            VpsMigration back = service.giveUp(caller, vps, move, body.reason());
            return Effect.accepted("/api/v1/operations/" + back.operationId(), back);
        }));
    }
}
