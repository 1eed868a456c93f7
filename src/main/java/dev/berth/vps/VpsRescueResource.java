package dev.berth.vps;

import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Rescue of a VPS that does not start or cannot be logged in to. */
@Path("/api/v1/vps/{id}/rescue")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class VpsRescueResource {
    private final Callers callers;
    private final VpsRescue rescue;
    private final Idempotency idempotency;

    VpsRescueResource(Callers callers, VpsRescue rescue, Idempotency idempotency) {
        this.callers = callers;
        this.rescue = rescue;
        this.idempotency = idempotency;
    }

    /** @param imageId what the rescue system is made from; the VPS's own image when it is missing */
    public record Rescuing(@Nullable String imageId) {}

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary =
                    "Start it from a rescue system, with its own root file system below /mnt; addresses and SSH keys are"
                            + " the same")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response enter(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Rescuing body) {
        Caller caller = callers.current();
        UUID vps = Ids.parse("VPS", id);
        Optional<UUID> image = Optional.ofNullable(body.imageId()).map(text -> Ids.parse("image", text));
        Attempt attempt = new Attempt(caller, key, "vps/" + vps + "/rescue", body);
        return Answers.of(idempotency.once(attempt, () -> {
            Operation operation = rescue.enter(caller, vps, image);
            return Effect.accepted(operation.path(), operation);
        }));
    }

    @DELETE
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Start it from its own root file system again; the rescue system is removed")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response leave(@PathParam("id") String id) {
        Operation operation = rescue.leave(callers.current(), Ids.parse("VPS", id));
        return Response.accepted(operation)
                .location(URI.create(operation.path()))
                .build();
    }
}
