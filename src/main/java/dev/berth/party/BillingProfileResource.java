package dev.berth.party;

import dev.berth.platform.Answers;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.tax.VatStatus;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
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

/** What an account is billed as. */
@Path("/api/v1/accounts/{id}/billing-profile")
@Tag(name = "account")
@Authenticated
@RunOnVirtualThread
public class BillingProfileResource {
    private final Callers callers;
    private final BillingProfiles profiles;

    BillingProfileResource(Callers callers, BillingProfiles profiles) {
        this.callers = callers;
        this.profiles = profiles;
    }

    /**
     * @param version 0 for an account that never said anything
     * @param vatStatus only VALID frees a business elsewhere in the EU from VAT
     */
    @Schema(name = "BillingProfile")
    public record Profile(
            UUID accountId,
            int version,
            Instant validFrom,
            String legalName,
            List<String> street,
            String postalCode,
            String city,
            String country,
            Optional<String> vatId,
            VatStatus vatStatus,
            Optional<Instant> vatCheckedAt,
            Optional<String> vatReference,
            String language,
            String timeZone) {
        static Profile of(BillingProfile p) {
            return new Profile(
                    p.accountId(),
                    p.version(),
                    p.validFrom(),
                    p.legalName(),
                    p.address().street(),
                    p.address().postalCode(),
                    p.address().city(),
                    p.address().country().code(),
                    p.vat().id(),
                    p.vat().status(),
                    p.vat().checkedAt(),
                    p.vat().reference(),
                    p.language().tag(),
                    p.zone().getId());
        }
    }

    @GET
    @Operation(summary = "What an account is billed as, with its ETag; defaults until it says something")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Profile.class)))
    public Response get(@PathParam("id") String id) {
        return tagged(profiles.get(callers.current(), Ids.parse("account", id)));
    }

    @PUT
    @Operation(
            summary = "Change what an account is billed as; If-Match names the version you have seen. Another time zone"
                    + " counts from the next billing period on")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Profile.class)))
    public Response change(
            @PathParam("id") String id, @HeaderParam("If-Match") @Nullable String ifMatch, ProfileInput body) {
        return tagged(profiles.change(callers.current(), Ids.parse("account", id), Answers.ifMatch(ifMatch), body));
    }

    private static Response tagged(BillingProfile profile) {
        return Answers.tagged(Profile.of(profile), profile.version());
    }
}
