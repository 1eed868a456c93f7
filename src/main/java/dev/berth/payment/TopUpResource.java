package dev.berth.payment;

import dev.berth.payment.Checkout.NewTopUp;
import dev.berth.payment.CheckoutAnswers.BegunJson;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
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

/** Paying in credit by card. */
@Path("/api/v1/accounts/{id}/top-ups")
@Tag(name = "payment")
@Authenticated
@RunOnVirtualThread
public class TopUpResource {
    private final Callers callers;
    private final Checkout checkout;
    private final CheckoutAnswers answers;

    TopUpResource(Callers callers, Checkout checkout, CheckoutAnswers answers) {
        this.callers = callers;
        this.checkout = checkout;
        this.answers = answers;
    }

    @POST
    @Operation(summary = "Pay in credit by card; what is paid in does not expire")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = BegunJson.class)))
    public Response topUp(
            @HeaderParam("Idempotency-Key") @Nullable String key, @PathParam("id") String id, NewTopUp body) {
        Caller caller = callers.current();
        UUID account = Ids.parse("account", id);
        Attempt attempt = new Attempt(caller, key, "accounts/" + account + "/top-ups", body);
        boolean savedCard = Boolean.TRUE.equals(body.savedCard());
        return answers.begun(caller, attempt, savedCard, () -> checkout.forTopUp(caller, account, body));
    }
}
