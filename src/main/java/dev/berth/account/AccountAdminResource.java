package dev.berth.account;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Accounts for staff. */
@Path("/api/admin/v1/accounts")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class AccountAdminResource {
    private final Callers callers;
    private final AccountService accounts;

    AccountAdminResource(Callers callers, AccountService accounts) {
        this.callers = callers;
        this.accounts = accounts;
    }

    @GET
    @Operation(summary = "Accounts whose name, mail address or external id has a text in it")
    public List<Account> search(@QueryParam("q") Optional<String> text, @QueryParam("limit") Optional<Integer> limit) {
        return accounts.search(callers.current(), text.orElse(""), limit.orElse(50));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One account")
    public Account get(@PathParam("id") String id) {
        return accounts.get(callers.current(), Ids.parse("account", id));
    }

    /** @param reason for the audit trail */
    public record PaymentTerms(
            boolean mayPayByInvoice, @Nullable String reason) {}

    @PUT
    @Path("/{id}/payment-terms")
    @RolesAllowed("admin")
    @Operation(summary = "Allow or forbid paying by invoice")
    public Account paymentTerms(@PathParam("id") String id, PaymentTerms body) {
        InputFaults faults = new InputFaults();
        String reason = faults.text("reason", body.reason(), 500);
        faults.throwIfAny();
        return accounts.allowInvoice(callers.current(), Ids.parse("account", id), body.mayPayByInvoice(), reason);
    }
}
