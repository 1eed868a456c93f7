package dev.berth.vps;

import dev.berth.network.AddressFamily;
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
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** More addresses for a VPS, and fewer. It runs on meanwhile. */
@Path("/api/v1/vps/{id}/addresses")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class VpsAddressResource {
    private final Callers callers;
    private final VpsAddresses addresses;
    private final Idempotency idempotency;

    VpsAddressResource(Callers callers, VpsAddresses addresses, Idempotency idempotency) {
        this.callers = callers;
        this.addresses = addresses;
        this.idempotency = idempotency;
    }

    /** @param family IPV4 or IPV6 */
    public record Wanted(@Nullable String family) {}

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Give it one more address, which is in use when the operation has succeeded")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response add(@PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Wanted body) {
        Caller caller = callers.current();
        UUID vps = Ids.parse("VPS", id);
        AddressFamily family = AddressFamily.of(body.family());
        return Answers.of(idempotency.once(new Attempt(caller, key, "vps/" + vps + "/addresses", body), () -> {
            Operation operation = addresses.add(caller, vps, family);
            return Effect.accepted(operation.path(), operation);
        }));
    }

    @DELETE
    @Path("{address}")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Take an address back; the first one stays. Nobody else gets it for the time of the quarantine")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response remove(
            @PathParam("id") String id,
            @PathParam("address") String address,
            @HeaderParam("Idempotency-Key") @Nullable String key) {
        Caller caller = callers.current();
        UUID vps = Ids.parse("VPS", id);
        Attempt attempt = new Attempt(caller, key, "vps/" + vps + "/addresses/" + address, Map.of());
        return Answers.of(idempotency.once(attempt, () -> {
            Operation operation = addresses.remove(caller, vps, address);
            return Effect.accepted(operation.path(), operation);
        }));
    }
}
