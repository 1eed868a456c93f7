package dev.berth.resale;

import dev.berth.catalog.AddOnDesk.AddOnChange;
import dev.berth.catalog.AddOnDesk.NewAddOnPrice;
import dev.berth.catalog.RetailAddOnDesk;
import dev.berth.catalog.RetailAddOnDesk.NewRetailAddOn;
import dev.berth.catalog.RetailAddOnDesk.RetailAddOn;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
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

/** A reseller's own add-ons. */
@Path("/api/v1/retail-add-ons")
@Tag(name = "reseller")
@Authenticated
@RunOnVirtualThread
public class RetailAddOnResource {
    private static final String SELF = "/api/v1/retail-add-ons/";

    private final Callers callers;
    private final WholesaleTerms terms;
    private final RetailAddOnDesk desk;
    private final Idempotency idempotency;

    RetailAddOnResource(Callers callers, WholesaleTerms terms, RetailAddOnDesk desk, Idempotency idempotency) {
        this.callers = callers;
        this.terms = terms;
        this.desk = desk;
        this.idempotency = idempotency;
    }

    private UUID owner(Caller caller) {
        return terms.reseller(caller).id();
    }

    @GET
    @Operation(
            summary =
                    "The reseller's add-ons in their newest version, each with the one of the house that it stands on")
    public List<RetailAddOn> list() {
        return desk.all(owner(callers.current()));
    }

    @GET
    @Path("/{slug}")
    @Operation(summary = "One of the reseller's add-ons")
    public RetailAddOn get(@PathParam("slug") String slug) {
        return desk.get(owner(callers.current()), slug);
    }

    @POST
    @Operation(
            summary = "Sell an add-on of the house beside one's own plans at one's own price",
            description =
                    "Once a reseller has an add-on for sale, VPS on its plans are sold its add-ons and no others.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = RetailAddOn.class)))
    public Response create(@HeaderParam("Idempotency-Key") @Nullable String key, NewRetailAddOn body) {
        Caller caller = callers.current();
        UUID owner = owner(caller);
        terms.require(owner);
        return Answers.of(idempotency.once(new Attempt(caller, key, "retail-add-ons", body), () -> {
            RetailAddOn made = desk.create(caller, owner, body);
            return Effect.created(SELF + made.addOn().slug(), made);
        }));
    }

    @POST
    @Path("/{slug}/versions")
    @Operation(summary = "Sell it at a new price; who bought before keeps the one before")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = RetailAddOn.class)))
    public Response addVersion(
            @PathParam("slug") String slug, @HeaderParam("Idempotency-Key") @Nullable String key, NewAddOnPrice body) {
        Caller caller = callers.current();
        UUID owner = owner(caller);
        Attempt attempt = new Attempt(caller, key, "retail-add-ons/" + slug + "/versions", body);
        return Answers.of(idempotency.once(
                attempt, () -> Effect.created(SELF + slug, desk.addVersion(caller, owner, slug, body))));
    }

    @PATCH
    @Path("/{slug}")
    @Operation(summary = "Change what is shown of it, or whether it is for sale")
    public RetailAddOn change(@PathParam("slug") String slug, AddOnChange body) {
        Caller caller = callers.current();
        return desk.change(caller, owner(caller), slug, body);
    }
}
