package dev.berth.party;

import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
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

/** Who issues invoices, for staff. */
@Path("/api/admin/v1/sellers")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class SellerAdminResource {
    private final Callers callers;
    private final SellerDesk desk;
    private final Idempotency idempotency;

    SellerAdminResource(Callers callers, SellerDesk desk, Idempotency idempotency) {
        this.callers = callers;
        this.desk = desk;
        this.idempotency = idempotency;
    }

    /** @param accountId the reseller's; empty for the operator's seller */
    @Schema(name = "Seller")
    public record SellerJson(
            String key,
            Optional<UUID> accountId,
            int version,
            Instant validFrom,
            String name,
            List<String> street,
            String postalCode,
            String city,
            String country,
            Optional<String> vatId,
            Optional<String> taxNumber,
            boolean smallEnterprise,
            boolean oneStopShop,
            Optional<Integer> homeBasisPoints,
            String payment,
            Optional<String> iban,
            Optional<String> bic,
            String series,
            int dueDays,
            Optional<String> mailSender) {
        static SellerJson of(Seller s) {
            return new SellerJson(
                    s.key(),
                    s.account(),
                    s.version(),
                    s.validFrom(),
                    s.name(),
                    s.address().street(),
                    s.address().postalCode(),
                    s.address().city(),
                    s.address().country().code(),
                    s.vat().id(),
                    s.vat().taxNumber(),
                    s.smallEnterprise(),
                    s.vat().oneStopShop(),
                    s.vat().homeBasisPoints(),
                    s.terms().payment(),
                    s.terms().iban(),
                    s.terms().bic(),
                    s.terms().series(),
                    s.terms().dueDays(),
                    s.terms().mailSender());
        }
    }

    @GET
    @Operation(summary = "Sellers in their last version, the operator's first")
    public List<SellerJson> list() {
        return desk.list(callers.current()).stream().map(SellerJson::of).toList();
    }

    @POST
    @RolesAllowed("admin")
    @Operation(summary = "Give a reseller a seller of its own, which issues the invoices to its customers")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = SellerJson.class)))
    public Response make(@HeaderParam("Idempotency-Key") @Nullable String key, SellerInput body) {
        Caller caller = callers.current();
        return Answers.of(idempotency.once(new Attempt(caller, key, "sellers", body), () -> {
            Seller seller = desk.make(caller, body);
            return Effect.created("/api/admin/v1/sellers/" + seller.key(), SellerJson.of(seller));
        }));
    }

    @GET
    @Path("/{key}")
    @Operation(summary = "A seller in its last version, with its ETag")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = SellerJson.class)))
    public Response get(@PathParam("key") String key) {
        return tagged(desk.get(callers.current(), key));
    }

    @PUT
    @Path("/{key}")
    @RolesAllowed("admin")
    @Operation(summary = "Write a seller's next version; If-Match names the last one. Issued invoices stay as they are")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = SellerJson.class)))
    public Response change(
            @PathParam("key") String key, @HeaderParam("If-Match") @Nullable String ifMatch, SellerInput body) {
        return tagged(desk.change(callers.current(), key, Answers.ifMatch(ifMatch), body));
    }

    @GET
    @Path("/{key}/versions")
    @Operation(summary = "A seller's versions, newest first")
    public List<SellerJson> versions(@PathParam("key") String key) {
        return desk.versions(callers.current(), key).stream()
                .map(SellerJson::of)
                .toList();
    }

    private static Response tagged(Seller seller) {
        return Answers.tagged(SellerJson.of(seller), seller.version());
    }
}
