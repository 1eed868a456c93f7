package dev.berth.party;

import dev.berth.party.VatChecks.NewCheck;
import dev.berth.party.VatChecks.VatCheck;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Answers about VAT ids, for staff. */
@Path("/api/admin/v1/accounts/{id}/vat-id-checks")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class VatCheckAdminResource {
    private final Callers callers;
    private final VatChecks checks;
    private final Idempotency idempotency;

    VatCheckAdminResource(Callers callers, VatChecks checks, Idempotency idempotency) {
        this.callers = callers;
        this.checks = checks;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "What registers and staff said of an account's VAT ids, newest first")
    public List<VatCheck> list(@PathParam("id") String id) {
        return checks.list(callers.current(), Ids.parse("account", id));
    }

    @POST
    @Operation(summary = "Record what a register answered to a question asked by hand, with its reference and a reason")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = VatCheck.class)))
    public Response record(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, NewCheck body) {
        Caller caller = callers.current();
        UUID account = Ids.parse("account", id);
        String path = "accounts/" + account + "/vat-id-checks";
        return Answers.of(idempotency.once(
                new Attempt(caller, key, path, body),
                () -> Effect.created("/api/admin/v1/" + path, checks.record(caller, account, body))));
    }
}
