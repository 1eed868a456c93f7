package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.account.AccountService.Change;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Who is billed, and the way to the login's own settings. */
@Path("/account")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class AccountPages {
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final Once once;
    private final String identityServer;

    AccountPages(
            Frame frame,
            Callers callers,
            AccountService accounts,
            Once once,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> identityServer) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.once = once;
        this.identityServer = identityServer.orElse("");
    }

    /** The form, with the key that makes it safe to send twice. */
    public record Sheet(Filled filled, boolean saved, String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance account(Account account, Sheet sheet, Caller caller, String identityServer);
    }

    @GET
    @Operation(hidden = true)
    public Response account(@QueryParam("saved") Optional<String> saved) {
        Account account = accounts.ensureFor(callers.current());
        Filled stored = Filled.with(Map.of("name", account.name(), "email", account.email()));
        return show(account, new Sheet(stored, saved.isPresent(), once.key()), 200);
    }

    private Response show(Account account, Sheet sheet, int status) {
        return frame.show(Templates.account(account, sheet, callers.current(), identityServer), "account", status);
    }

    @POST
    @Operation(hidden = true)
    public Response change(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Caller caller = callers.current();
        Account account = accounts.ensureFor(caller);
        Change change = new Change(form.text("name"), form.text("email"));
        try {
            return once.go(form, "account/" + account.id(), () -> {
                accounts.change(caller, account.id(), form.version(), change);
                return "/account?saved=yes";
            });
        } catch (Problem problem) {
            return show(account, new Sheet(Filled.refused(form, problem), false, once.key()), problem.status());
        }
    }
}
