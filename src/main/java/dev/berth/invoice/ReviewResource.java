package dev.berth.invoice;

import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.units.Amount;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Bills that staff look at before they get a number. */
@Path("/api/admin/v1/bill-reviews")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class ReviewResource {
    private final Callers callers;
    private final Reviews reviews;
    private final Idempotency idempotency;

    ReviewResource(Callers callers, Reviews reviews, Idempotency idempotency) {
        this.callers = callers;
        this.reviews = reviews;
        this.idempotency = idempotency;
    }

    /**
     * A bill that waits.
     *
     * @param id also that of its draft and its invoice
     * @param until when it is invoiced without an answer
     */
    record Review(
            UUID id,
            UUID accountId,
            Instant periodFrom,
            Instant periodTo,
            Amount net,
            String reason,
            Instant since,
            Optional<Instant> until,
            Optional<String> held,
            boolean approved) {
        static Review of(Reviews.Review r) {
            return new Review(
                    r.id().value(),
                    r.account().value(),
                    r.period().from(),
                    r.period().to(),
                    Amount.of(r.net()),
                    r.reason(),
                    r.since(),
                    r.until(),
                    r.held(),
                    r.approved());
        }
    }

    @GET
    @Operation(summary = "Bills that wait for staff before they become invoices, oldest first")
    public List<Review> list() {
        return reviews.list(callers.current()).stream().map(Review::of).toList();
    }

    /** @param net the sum that was looked at */
    public record Approval(@Nullable String net) {}

    @POST
    @Path("/{id}/approve")
    @Operation(summary = "Have the next bill run invoice it, if it still sums to what was looked at")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Review.class)))
    public Response approve(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Approval body) {
        Caller caller = callers.current();
        UUID period = Ids.parse("bill", id);
        Attempt attempt = new Attempt(caller, key, "bill-reviews/" + period + "/approve", body);
        return Answers.of(idempotency.once(
                attempt, () -> Effect.ok(Review.of(reviews.approve(caller, period, body.net())))));
    }

    /** @param bills how many */
    public record Approved(int bills) {}

    @POST
    @Path("/approve")
    @Operation(summary = "Approve every bill that waits and is not held back")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Approved.class)))
    public Response approveAll(@HeaderParam("Idempotency-Key") @Nullable String key) {
        Caller caller = callers.current();
        Attempt attempt = new Attempt(caller, key, "bill-reviews/approve", "");
        return Answers.of(idempotency.once(attempt, () -> Effect.ok(new Approved(reviews.approveAll(caller)))));
    }

    /** @param reason for staff; its customer does not see it */
    public record Hold(@Nullable String reason) {}

    @POST
    @Path("/{id}/hold")
    @Operation(
            summary = "Hold a bill back that is not invoiced yet, also of a period that goes on, until it is approved")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Hold.class)))
    public Response hold(@PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Hold body) {
        Caller caller = callers.current();
        UUID period = Ids.parse("bill", id);
        Attempt attempt = new Attempt(caller, key, "bill-reviews/" + period + "/hold", body);
        return Answers.of(idempotency.once(attempt, () -> {
            reviews.hold(caller, period, body.reason());
            return Effect.ok(body);
        }));
    }
}
