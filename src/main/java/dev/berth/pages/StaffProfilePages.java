package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.party.BillingProfile;
import dev.berth.party.BillingProfiles;
import dev.berth.party.VatChecks;
import dev.berth.party.VatChecks.NewCheck;
import dev.berth.party.VatChecks.VatCheck;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: what an account is billed as, and what registers said of its VAT id. */
@Path("/staff/accounts/{id}/billing")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffProfilePages {
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final BillingProfiles profiles;
    private final VatChecks checks;
    private final Once once;

    StaffProfilePages(
            Frame frame,
            Callers callers,
            AccountService accounts,
            BillingProfiles profiles,
            VatChecks checks,
            Once once) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.profiles = profiles;
        this.checks = checks;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance profile(
                Account account, BillingProfile profile, List<VatCheck> checks, Filled filled, String key);
    }

    @GET
    @Operation(hidden = true)
    public Response profile(@PathParam("id") String id) {
        return show(Ids.parse("account", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Caller caller = callers.current();
        Account account = accounts.get(caller, id);
        TemplateInstance page =
                Templates.profile(account, profiles.of(account), checks.list(caller, id), filled, once.key());
        return frame.show(page, "accounts", status);
    }

    @POST
    @Path("checks")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response check(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        UUID account = Ids.parse("account", id);
        boolean valid = form.text("valid").equals("yes");
        NewCheck check = new NewCheck(form.text("vatId"), valid, form.text("reference"), form.text("reason"));
        try {
            return once.go(form, "staff/accounts/" + account + "/vat-id-checks", () -> {
                checks.record(callers.current(), account, check);
                return "/staff/accounts/" + account + "/billing";
            });
        } catch (Problem problem) {
            return show(account, Filled.refused(form, problem), problem.status());
        }
    }
}
