package dev.berth.reconcile;

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
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What does not fit between bills, hosts and what is there. */
@Path("/api/admin/v1/reconciliation")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class ReconciliationResource {
    private final Callers callers;
    private final Findings findings;
    private final Reconciliation reconciliation;
    private final Idempotency idempotency;

    ReconciliationResource(Callers callers, Findings findings, Reconciliation reconciliation, Idempotency idempotency) {
        this.callers = callers;
        this.findings = findings;
        this.reconciliation = reconciliation;
        this.idempotency = idempotency;
    }

    @GET
    @Path("/findings")
    @Operation(summary = "What does not fit: what holds bills first, what fits again last")
    public List<Finding> findings() {
        return findings.list(callers.current());
    }

    /** @param reason stands in the trail */
    public record Acceptance(@Nullable String reason) {}

    @POST
    @Path("/findings/{id}/accept")
    @Operation(summary = "Settle, with a reason, that a finding holds nobody's bill")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Finding.class)))
    public Response accept(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Acceptance body) {
        Caller caller = callers.current();
        UUID finding = Ids.parse("finding", id);
        Attempt attempt = new Attempt(caller, key, "findings/" + finding + "/accept", body);
        return Answers.of(idempotency.once(attempt, () -> Effect.ok(findings.accept(caller, finding, body.reason()))));
    }

    /** @param tolerance how far contexts and host may differ, in the meter's base unit as they are */
    public record Compared(
            String meter,
            String baseUnit,
            Instant windowFrom,
            Instant windowTo,
            BigInteger contexts,
            BigInteger host,
            BigInteger tolerance,
            String verdict) {
        static Compared of(Comparison c) {
            return new Compared(
                    c.meter().name(),
                    c.meter().baseUnit(),
                    c.window().from(),
                    c.window().to(),
                    c.contexts(),
                    c.host(),
                    c.tolerance(),
                    c.verdict());
        }
    }

    @GET
    @Path("/nodes/{id}")
    @Operation(summary = "What a node's VPS were measured to use beside what its host counted, newest window first")
    public List<Compared> node(@PathParam("id") String id) {
        return reconciliation.comparisons(callers.current(), Ids.parse("node", id)).stream()
                .map(Compared::of)
                .toList();
    }
}
