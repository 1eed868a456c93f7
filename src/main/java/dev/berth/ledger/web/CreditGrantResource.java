package dev.berth.ledger.web;

import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.Grant;
import dev.berth.ledger.store.LedgerService.NewGrant;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
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

/** Credit that staff give. */
@Path("/api/admin/v1/accounts/{id}/credit-grants")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class CreditGrantResource {
    private final Callers callers;
    private final LedgerService ledger;
    private final Idempotency idempotency;

    CreditGrantResource(Callers callers, LedgerService ledger, Idempotency idempotency) {
        this.callers = callers;
        this.ledger = ledger;
        this.idempotency = idempotency;
    }

    @POST
    @Operation(summary = "Give an account credit, with a reason")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = LedgerJson.Grant.class)))
    public Response grant(
            @HeaderParam("Idempotency-Key") @Nullable String key, @PathParam("id") String id, NewGrant body) {
        Caller caller = callers.current();
        UUID account = Ids.parse("account", id);
        String path = "accounts/" + account + "/credit-grants";
        return Answers.of(idempotency.once(new Attempt(caller, key, path, body), () -> {
            Grant grant = ledger.grantCredit(caller, account, body);
            return Effect.created("/api/v1/accounts/" + account + "/ledger-entries", LedgerJson.Grant.of(grant));
        }));
    }
}
