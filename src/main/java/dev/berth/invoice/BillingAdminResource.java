package dev.berth.invoice;

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

/** Billing for staff. */
@Path("/api/admin/v1/parked-periods")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class BillingAdminResource {
    private final Callers callers;
    private final BillingService billing;

    private final Releases releases;
    private final BillRuns runs;
    private final Idempotency idempotency;

    BillingAdminResource(
            Callers callers, BillingService billing, Releases releases, BillRuns runs, Idempotency idempotency) {
        this.runs = runs;
        this.callers = callers;
        this.billing = billing;
        this.releases = releases;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "Billing periods that are over and wait, with the reason; oldest first")
    public List<InvoiceJson.Parked> list() {
        return billing.parked(callers.current()).stream()
                .map(InvoiceJson.Parked::of)
                .toList();
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One billing period that is not closed, and everything it waits for now")
    public InvoiceJson.WaitingPeriod get(@PathParam("id") String id) {
        return InvoiceJson.WaitingPeriod.of(releases.waiting(callers.current(), Ids.parse("billing period", id)));
    }

    /** @param reason stands in the trail */
    public record Release(@Nullable String reason) {}

    @POST
    @Path("/{id}/release")
    @Operation(
            summary = "Bill a parked period as far as it was measured, with a reason; what is missing is never charged")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = InvoiceJson.WaitingPeriod.class)))
    public Response release(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Release body) {
        Caller caller = callers.current();
        UUID period = Ids.parse("billing period", id);
        Attempt attempt = new Attempt(caller, key, "parked-periods/" + period + "/release", body);
        return Answers.of(idempotency.once(
                attempt,
                () -> Effect.ok(InvoiceJson.WaitingPeriod.of(releases.release(caller, period, body.reason())))));
    }

    /** @param periods how many the next run looks at */
    public record Retried(int periods) {}

    @POST
    @Path("/{id}/retry")
    @Operation(summary = "Have the next bill run look at a parked period at once")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Retried.class)))
    public Response retry(@PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key) {
        Caller caller = callers.current();
        UUID period = Ids.parse("billing period", id);
        Attempt attempt = new Attempt(caller, key, "parked-periods/" + period + "/retry", "");
        return Answers.of(idempotency.once(attempt, () -> {
            runs.retry(caller, period);
            return Effect.ok(new Retried(1));
        }));
    }

    @POST
    @Path("/retry")
    @Operation(summary = "Have the next bill run look at every parked period at once")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Retried.class)))
    public Response retryAll(@HeaderParam("Idempotency-Key") @Nullable String key) {
        Caller caller = callers.current();
        Attempt attempt = new Attempt(caller, key, "parked-periods/retry", "");
        return Answers.of(idempotency.once(attempt, () -> Effect.ok(new Retried(runs.retryAll(caller)))));
    }
}
