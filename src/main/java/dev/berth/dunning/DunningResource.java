package dev.berth.dunning;

import dev.berth.dunning.DunningService.Promise;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
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

/** What happens about an account's overdue invoices. */
@Path("/api/v1/accounts/{id}/dunning")
@Tag(name = "billing")
@Authenticated
@RunOnVirtualThread
public class DunningResource {
    private final Callers callers;
    private final DunningService service;
    private final Idempotency idempotency;

    DunningResource(Callers callers, DunningService service, Idempotency idempotency) {
        this.callers = callers;
        this.service = service;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "What is overdue, what was done about it, and what happens when if it stays so")
    public DunningView view(@PathParam("id") String id) {
        return service.view(callers.current(), Ids.parse("account", id));
    }

    @POST
    @Path("/promises")
    @Operation(summary = "Promise to pay: until then nothing more is done. Once for what is overdue now")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = DunningView.class)))
    public Response promise(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Promise body) {
        Caller caller = callers.current();
        UUID account = Ids.parse("account", id);
        String path = "accounts/" + account + "/dunning/promises";
        return Answers.of(idempotency.once(
                new Attempt(caller, key, path, body),
                () -> Effect.created(
                        "/api/v1/accounts/" + account + "/dunning", service.promise(caller, account, body))));
    }
}
