package dev.berth.payment;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;
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
    private final CardRemovals removals;

    CardResource(Callers callers, Checkout checkout, CardRemovals removals) {
        this.callers = callers;
        this.checkout = checkout;
        this.removals = removals;
    }

    /** @param next the page on which the card is entered */
    public record CardPage(String next) {}

    @POST
    @Operation(summary = "Save a card at the payment provider: the answer says where")
    public CardPage saveCard(@PathParam("id") String id) {
        return new CardPage(
                checkout.saveCard(callers.current(), Ids.parse("account", id)).toString());
    }

    /** The gateway is asked after the removal is committed; what comes of that is none of the caller's concern. */
    @DELETE
    @Operation(
            summary = "Remove the saved card, here at once and then at the payment provider",
            description =
                    "Invoices are charged by themselves no more. What is under way is finished. No card is no fault.")
    public void remove(@PathParam("id") String id) {
        UUID account = Ids.parse("account", id);
        removals.begin(callers.current(), account);
        removals.send(account);
    }

    @POST
    @Path("/actions/ask-again")
    @Operation(
            summary = "Ask the payment provider once more to let removed cards go that it kept for days",
            description = "How many there are is cardsKept in the payment settings. The saved card stays.")
    public void askAgain(@PathParam("id") String id) {
        UUID account = Ids.parse("account", id);
        removals.beginAgain(callers.current(), account);
        removals.send(account);
    }
}
