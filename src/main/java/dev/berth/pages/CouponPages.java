package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.coupon.Coupons;
import dev.berth.coupon.Coupons.Redemption;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Coupons of the reader's account: what it has, and a field for a code. */
@Path("/billing/coupons")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class CouponPages {
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final Coupons coupons;
    private final Once once;

    CouponPages(Frame frame, Callers callers, AccountService accounts, Coupons coupons, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.coupons = coupons;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance coupons(List<Redemption> redemptions, Filled filled, String key);
    }

    @GET
    @Operation(hidden = true)
    public Response coupons() {
        return show(accounts.ensureFor(callers.current()), Filled.EMPTY, 200);
    }

    private Response show(Account account, Filled filled, int status) {
        List<Redemption> redemptions = coupons.of(callers.current(), account.id());
        return frame.show(Templates.coupons(redemptions, filled, once.key()), "billing", status);
    }

    @POST
    @Operation(hidden = true)
    public Response redeem(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Caller caller = callers.current();
        Account account = accounts.ensureFor(caller);
        try {
            return once.go(form, "coupons/" + account.id(), () -> {
                coupons.redeem(caller, account.id(), form.text("code"));
                return "/billing/coupons";
            });
        } catch (Problem problem) {
            return show(account, Filled.refused(form, problem), problem.status());
        }
    }
}
