package dev.berth.resale;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.resale.WholesaleTerms.Terms;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Wholesale terms, for staff. */
@Path("/api/admin/v1/accounts/{id}/wholesale-terms")
@Tag(name = "staff")
@RolesAllowed("admin")
@RunOnVirtualThread
public class WholesaleAdminResource {
    private final Callers callers;
    private final WholesaleTerms terms;

    WholesaleAdminResource(Callers callers, WholesaleTerms terms) {
        this.callers = callers;
        this.terms = terms;
    }

    /** @param reason for the audit trail */
    public record Agreement(@Nullable String reason) {}

    @PUT
    @Operation(
            summary = "From the next billing period on a reseller is billed for its customers, at the house's prices",
            description = "Agreed once and for good. Its customers are billed by its own plans, in its name; those on a"
                    + " plan of the house are not billed by us at all.")
    public Terms agree(@PathParam("id") String id, Agreement body) {
        return terms.agree(callers.current(), Ids.parse("account", id), body.reason());
    }
}
