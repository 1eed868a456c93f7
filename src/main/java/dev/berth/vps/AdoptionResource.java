package dev.berth.vps;

import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.vps.Adoptions.Adopted;
import dev.berth.vps.Adoptions.NewAdoption;
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

/** Contexts that nobody asked for, for administrators. */
@Path("/api/admin/v1/nodes/{id}/strangers/{context}/adoptions")
@Tag(name = "staff")
@RolesAllowed("admin")
@RunOnVirtualThread
public class AdoptionResource {
    private final Callers callers;
    private final Adoptions adoptions;
    private final Idempotency idempotency;

    AdoptionResource(Callers callers, Adoptions adoptions, Idempotency idempotency) {
        this.callers = callers;
        this.adoptions = adoptions;
        this.idempotency = idempotency;
    }

    @POST
    @Operation(
            summary = "Make a context that nobody asked for a VPS of an account",
            description =
                    "It keeps its id, its disk, and its addresses where they are free. What it used before is billed to nobody.")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Adopted.class)))
    public Response adopt(
            @PathParam("id") String id,
            @PathParam("context") String context,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            NewAdoption body) {
        Caller caller = callers.current();
        UUID node = Ids.parse("node", id);
        UUID stranger = Ids.parse("stranger", context);
        Attempt attempt = new Attempt(caller, key, "nodes/" + node + "/strangers/" + stranger + "/adoptions", body);
        return Answers.of(idempotency.once(attempt, () -> {
            Adopted adopted = adoptions.adopt(caller, node, stranger, body);
            return Effect.accepted(adopted.operation().path(), adopted);
        }));
    }
}
