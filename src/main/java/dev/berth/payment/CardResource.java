package dev.berth.payment;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** An account's saved card. It is kept by the payment provider; here are only its names. */
@Path("/api/v1/accounts/{id}/cards")
@Tag(name = "payment")
@Authenticated
@RunOnVirtualThread
public class CardResource {
    private final Callers callers;
    private final Checkout checkout;

    CardResource(Callers callers, Checkout checkout) {
        this.callers = callers;
        this.checkout = checkout;
    }

    /** @param next the page on which the card is entered */
    public record CardPage(String next) {}

    @POST
    @Operation(summary = "Save a card at the payment provider: the answer says where")
    public CardPage saveCard(@PathParam("id") String id) {
        return new CardPage(
                checkout.saveCard(callers.current(), Ids.parse("account", id)).toString());
    }
}
