package dev.berth.account;

import dev.berth.account.AccountService.Change;
import dev.berth.account.AccountService.NewAccount;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Accounts for customers and resellers. */
@Path("/api/v1/accounts")
@Tag(name = "account")
@Authenticated
@RunOnVirtualThread
public class AccountResource {
    private final Callers callers;
    private final AccountService accounts;
    private final Idempotency idempotency;

    AccountResource(Callers callers, AccountService accounts, Idempotency idempotency) {
        this.callers = callers;
        this.accounts = accounts;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "Accounts you may see: your own and, for a reseller, your customers'")
    public Page<Account> list(
            @QueryParam("externalId") Optional<String> externalId,
            @QueryParam("limit") Optional<Integer> limit,
            @QueryParam("cursor") Optional<String> cursor) {
        Caller caller = callers.current();
        if (!caller.staff()) {
            accounts.ensureFor(caller);
        }
        return accounts.list(caller, externalId, Page.Ask.of(limit, cursor));
    }

    @POST
    @Operation(summary = "Make an account for an end customer (resellers)")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = Account.class)))
    public Response create(@HeaderParam("Idempotency-Key") @Nullable String key, NewAccount body) {
        Caller caller = callers.current();
        Attempt attempt = new Attempt(caller, key, "accounts", body);
        return Answers.of(idempotency.once(attempt, () -> {
            Account account = accounts.create(caller, body);
            return Effect.created("/api/v1/accounts/" + account.id(), account);
        }));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One account, with its ETag")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Account.class)))
    public Response get(@PathParam("id") String id) {
        return tagged(accounts.get(callers.current(), Ids.parse("account", id)));
    }

    @PUT
    @Path("/{id}")
    @Operation(summary = "Change name and mail address; If-Match names the version you have seen")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Account.class)))
    public Response change(@PathParam("id") String id, @HeaderParam("If-Match") @Nullable String ifMatch, Change body) {
        return tagged(accounts.change(callers.current(), Ids.parse("account", id), Answers.ifMatch(ifMatch), body));
    }

    private static Response tagged(Account account) {
        return Answers.tagged(account, account.version());
    }
}
