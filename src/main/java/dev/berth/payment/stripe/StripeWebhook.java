package dev.berth.payment.stripe;

import dev.berth.payment.GatewayEvents;
import dev.berth.payment.GatewayEvents.EventBusyException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Where Stripe sends its events. Any answer but 2xx makes it send them again, for three days. */
@Path("/webhooks/stripe")
@PermitAll
@RunOnVirtualThread
public class StripeWebhook {
    private final StripeEvents events;
    private final GatewayEvents taken;

    StripeWebhook(StripeEvents events, GatewayEvents taken) {
        this.events = events;
        this.taken = taken;
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Response take(@HeaderParam("Stripe-Signature") @Nullable String signature, String body) {
        try {
            taken.take(events.read(body, signature == null ? "" : signature));
            return Response.noContent().build();
        } catch (EventBusyException e) {
            return Response.status(Response.Status.SERVICE_UNAVAILABLE).build();
        }
    }
}
