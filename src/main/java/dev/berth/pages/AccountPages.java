package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.account.AccountService.Change;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Problem;
import dev.berth.platform.Problem.Fault;
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
import java.util.stream.Collectors;
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
    private final String identityServer;

    AccountPages(
            Frame frame,
            Callers callers,
            AccountService accounts,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> identityServer) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.identityServer = identityServer.orElse("");
    }

    /** The form as it was typed. */
    public record Typed(String name, String email, Map<String, String> faults, boolean saved) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance account(Account account, Typed typed, Caller caller, String identityServer);
    }

    @GET
    @Operation(hidden = true)
    public Response account(@QueryParam("saved") Optional<String> saved) {
        Account account = accounts.ensureFor(callers.current());
        return show(account, new Typed(account.name(), account.email(), Map.of(), saved.isPresent()), 200);
    }

    private Response show(Account account, Typed typed, int status) {
        return frame.show(Templates.account(account, typed, callers.current(), identityServer), "account", status);
    }

    @POST
    @Operation(hidden = true)
    public Response change(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Caller caller = callers.current();
        Account account = accounts.ensureFor(caller);
        Change change = new Change(form.text("name"), form.text("email"));
        try {
            accounts.change(caller, account.id(), version(form), change);
            return Frame.go("/account?saved=yes");
        } catch (Problem problem) {
            Map<String, String> faults = problem.faults().stream()
                    .collect(Collectors.toMap(Fault::field, Fault::message, (one, other) -> one + "; " + other));
            if (faults.isEmpty()) {
                throw problem;
            }
            return show(account, new Typed(form.text("name"), form.text("email"), faults, false), 422);
        }
    }

    private static long version(Form form) {
        String text = form.text("version");
        boolean digits = !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(Character::isDigit);
        return digits ? Long.parseLong(text) : -1;
    }
}
