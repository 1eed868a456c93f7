package dev.berth.order;

import dev.berth.catalog.AddOn;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.units.Amount;
import dev.berth.vps.Operation;
import dev.berth.vps.VpsAddOns.Has;
import dev.berth.vps.VpsPlan.Obstacle;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What a VPS has beside its plan. It runs on meanwhile. */
@Path("/api/v1/vps/{id}/add-ons")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class AddOnChangeResource {
    private final Callers callers;
    private final AddOnChanges changes;
    private final Idempotency idempotency;

    AddOnChangeResource(Callers callers, AddOnChanges changes, Idempotency idempotency) {
        this.callers = callers;
        this.changes = changes;
        this.idempotency = idempotency;
    }

    @GET
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "What it has beside its plan now")
    public List<Has> list(@PathParam("id") String id) {
        return changes.of(callers.current(), Ids.parse("VPS", id));
    }

    /**
     * @param periodEnd of the billing period under way
     * @param restNow fees for it from now to that end, as it is
     * @param restThen the same with the other number of units; for addresses if all of them are used
     * @param atOnce what setting it up costs, a decimal text in the add-on's currency
     */
    public record AddOnPreview(
            UUID vpsId,
            boolean possible,
            List<Obstacle> obstacles,
            AddOn addOn,
            int unitsNow,
            int unitsThen,
            Instant periodEnd,
            Amount restNow,
            Amount restThen,
            String atOnce) {
        static AddOnPreview of(AddOnChanges.Preview p) {
            return new AddOnPreview(
                    p.vpsId(),
                    p.possible(),
                    p.obstacles(),
                    p.addOn(),
                    p.unitsNow(),
                    p.unitsThen(),
                    p.restThen().until(),
                    Amount.of(p.restNow().fees()),
                    Amount.of(p.restThen().fees()),
                    p.atOnce().toPlainString());
        }
    }

    @GET
    @Path("preview")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "What another number of units would mean now: price, and everything that stands in the way")
    public AddOnPreview preview(
            @PathParam("id") String id,
            @QueryParam("addOn") Optional<String> addOn,
            @QueryParam("units") Optional<Integer> units) {
        Caller caller = callers.current();
        return AddOnPreview.of(changes.preview(caller, Ids.parse("VPS", id), addOn.orElse(""), units.orElse(1)));
    }

    /**
     * @param addOn slug of an add-on for sale, or of one that it has
     * @param units from now on; 0 for none
     */
    public record WantedAddOn(
            @Nullable String addOn, @Nullable Integer units) {}

    @POST
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Have so many units of an add-on from now on, paid to the second; 0 ends it")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response change(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, WantedAddOn body) {
        Caller caller = callers.current();
        UUID vps = Ids.parse("VPS", id);
        return Answers.of(idempotency.once(new Attempt(caller, key, "vps/" + vps + "/add-ons", body), () -> {
            Operation operation = changes.change(caller, vps, body.addOn(), wanted(body));
            return Effect.accepted(operation.path(), operation);
        }));
    }

    private static int wanted(WantedAddOn body) {
        Integer units = body.units();
        if (units == null) {
            throw Problem.invalid("units", "is missing");
        }
        return units;
    }
}
