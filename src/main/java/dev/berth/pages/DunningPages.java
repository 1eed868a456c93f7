package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.dunning.DunningService;
import dev.berth.dunning.DunningService.Promise;
import dev.berth.dunning.DunningView;
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
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What happens next about overdue invoices, and the button that holds it. */
@Path("/billing/next")
@Authenticated
@RunOnVirtualThread
public class DunningPages {
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final DunningService dunning;
    private final Once once;

    DunningPages(Frame frame, Callers callers, AccountService accounts, DunningService dunning, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.dunning = dunning;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance next(DunningView view, Filled filled, String key);
    }

    @GET
    @Operation(hidden = true)
    public Response next() {
        Caller caller = callers.current();
        return caller.staff() ? Frame.go("/staff/suspensions") : show(Filled.EMPTY, 200);
    }

    private Account account() {
        return accounts.ensureFor(callers.current());
    }

    private Response show(Filled filled, int status) {
        DunningView view = dunning.view(callers.current(), account().id());
        return frame.show(Templates.next(view, filled, once.key()), "billing", status);
    }

    @POST
    @Path("promise")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response promise(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        try {
            return once.go(form, "billing/next/promise", () -> {
                dunning.promise(callers.current(), account().id(), new Promise(null, form.text("reason")));
                return "/billing/next";
            });
        } catch (Problem problem) {
            return show(Filled.refused(form, problem), problem.status());
        }
    }
}
