package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.invoice.Releases;
import dev.berth.invoice.Releases.Waiting;
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
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: why a billing period is parked, and letting it pass. */
@Path("/staff/bills/{id}")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffBillPages {
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final Releases releases;
    private final Once once;

    StaffBillPages(Frame frame, Callers callers, AccountService accounts, Releases releases, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.releases = releases;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance parked(Waiting waiting, Account account, Filled filled, String key);
    }

    @GET
    @Operation(hidden = true)
    public Response parked(@PathParam("id") String id) {
        return show(Ids.parse("billing period", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Caller caller = callers.current();
        Waiting waiting = releases.waiting(caller, id);
        Account account = accounts.get(caller, waiting.account().value());
        return frame.show(Templates.parked(waiting, account, filled, once.key()), "bills", status);
    }

    @POST
    @Path("release")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response release(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID period = Ids.parse("billing period", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/bills/" + period, () -> {
                releases.release(callers.current(), period, form.text("reason"));
                return "/billing/invoices/" + period;
            });
        } catch (Problem problem) {
            return show(period, Filled.refused(form, problem), problem.status());
        }
    }
}
