package dev.berth.vps;

import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.vps.SnapshotService.Listed;
import dev.berth.vps.SnapshotService.Taken;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
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

/** Snapshots of a VPS' disk, and what the disk is begun anew with. */
@Path("/api/v1/vps/{id}")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class SnapshotResource {
    private final Callers callers;
    private final SnapshotService service;
    private final Idempotency idempotency;

    SnapshotResource(Callers callers, SnapshotService service, Idempotency idempotency) {
        this.callers = callers;
        this.service = service;
        this.idempotency = idempotency;
    }

    @GET
    @Path("/snapshots")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Snapshots of a VPS, newest first, and how many its plan allows")
    public Listed list(@PathParam("id") String id) {
        return service.list(callers.current(), vps(id));
    }

    @GET
    @Path("/snapshots/{snapshot}")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "One snapshot of a VPS")
    public Snapshot get(@PathParam("id") String id, @PathParam("snapshot") String snapshot) {
        return service.get(callers.current(), vps(id), snapshot(snapshot));
    }

    public record NewSnapshot(@Nullable String name) {}

    @POST
    @Path("/snapshots")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Take a snapshot; the VPS is stopped while its disk is copied, and started again")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Taken.class)))
    public Response take(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, NewSnapshot body) {
        Caller caller = callers.current();
        UUID vps = vps(id);
        Attempt attempt = new Attempt(caller, key, "vps/" + vps + "/snapshots", body);
        return Answers.of(idempotency.once(attempt, () -> {
            Taken taken = service.take(caller, vps, body.name());
            return Effect.accepted(taken.operation().path(), taken);
        }));
    }

    @DELETE
    @Path("/snapshots/{snapshot}")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "Delete a snapshot; the VPS runs on")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response remove(@PathParam("id") String id, @PathParam("snapshot") String snapshot) {
        Operation operation = service.remove(callers.current(), vps(id), snapshot(snapshot));
        return Response.accepted(operation)
                .location(URI.create(operation.path()))
                .build();
    }

    /** @param snapshotBefore whether what is there now is kept as a snapshot; true when it is missing */
    public record Restoring(@Nullable Boolean snapshotBefore) {}

    @POST
    @Path("/snapshots/{snapshot}/restores")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Put the disk back to what a snapshot holds; what was written since is lost")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response restore(
            @PathParam("id") String id,
            @PathParam("snapshot") String snapshot,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            Restoring body) {
        Caller caller = callers.current();
        UUID vps = vps(id);
        UUID source = snapshot(snapshot);
        Attempt attempt = new Attempt(caller, key, "vps/" + vps + "/snapshots/" + source + "/restores", body);
        return Answers.of(idempotency.once(attempt, () -> {
            Operation operation = service.restore(caller, vps, source, wanted(body.snapshotBefore()));
            return Effect.accepted(operation.path(), operation);
        }));
    }

    /**
     * @param imageId what to install; the present image when it is missing
     * @param snapshotBefore whether what is there now is kept as a snapshot; true when it is missing
     */
    public record Reinstalling(
            @Nullable String imageId, @Nullable Boolean snapshotBefore) {}

    @POST
    @Path("/reinstalls")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Begin the disk anew from an image; addresses, name and SSH keys stay")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response reinstall(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Reinstalling body) {
        Caller caller = callers.current();
        UUID vps = vps(id);
        Optional<UUID> image = Optional.ofNullable(body.imageId()).map(text -> Ids.parse("image", text));
        Attempt attempt = new Attempt(caller, key, "vps/" + vps + "/reinstalls", body);
        return Answers.of(idempotency.once(attempt, () -> {
            Operation operation = service.reinstall(caller, vps, image, wanted(body.snapshotBefore()));
            return Effect.accepted(operation.path(), operation);
        }));
    }

    private static boolean wanted(@Nullable Boolean snapshotBefore) {
        return snapshotBefore == null || snapshotBefore;
    }

    private static UUID vps(String text) {
        return Ids.parse("VPS", text);
    }

    private static UUID snapshot(String text) {
        return Ids.parse("snapshot", text);
    }
}
