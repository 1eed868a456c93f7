package dev.berth.payment;

import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Removed cards that the payment provider did not let go, for staff. */
@Path("/api/admin/v1/card-removals")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class CardRemovalResource {
    private final Callers callers;
    private final CardRemovals removals;

    CardRemovalResource(Callers callers, CardRemovals removals) {
        this.callers = callers;
        this.removals = removals;
    }

    /**
     * @param card the payment provider's name for it
     * @param attempts how often the provider was looked at since it was asked last
     */
    public record KeptCard(
            UUID id,
            UUID accountId,
            String card,
            String state,
            int attempts,
            Optional<String> reason,
            Instant askedAt) {
        static KeptCard of(CardRemoval r) {
            return new KeptCard(
                    r.id(),
                    r.account().value(),
                    r.card().card(),
                    r.state().name(),
                    r.attempts(),
                    r.reason(),
                    r.askedAt());
        }
    }

    @GET
    @Operation(summary = "Removed cards that the payment provider did not let go within days, newest first")
    public List<KeptCard> list() {
        return removals.failed(callers.current()).stream().map(KeptCard::of).toList();
    }

    /** The provider is asked after this is committed. */
    @POST
    @Path("/{id}/actions/ask-again")
    @Operation(
            summary = "Ask the payment provider once more to let a removed card go",
            description =
                    "And again for days where it does not. A card that is gone, or is asked for anyway, is left alone.")
    public KeptCard askAgain(@PathParam("id") String id) {
        Caller caller = callers.current();
        UUID removal = Ids.parse("card removal", id);
        removals.beginOne(caller, removal);
        return KeptCard.of(removals.sendOne(removal));
    }
}
