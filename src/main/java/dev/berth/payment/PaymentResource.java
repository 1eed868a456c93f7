package dev.berth.payment;

import dev.berth.account.AccountService;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Payments of an account. */
@Path("/api/v1/payments")
@Tag(name = "payment")
@Authenticated
@RunOnVirtualThread
public class PaymentResource {
    private final Callers callers;
    private final PaymentService payments;
    private final AccountService accounts;

    PaymentResource(Callers callers, PaymentService payments, AccountService accounts) {
        this.callers = callers;
        this.payments = payments;
        this.accounts = accounts;
    }

    @GET
    @Operation(summary = "Payments of an account (the caller's own without ?account), newest first")
    public Page<PaymentJson.Shown> list(
            @QueryParam("account") Optional<String> account,
            @QueryParam("limit") Optional<Integer> limit,
            @QueryParam("cursor") Optional<String> cursor) {
        Caller caller = callers.current();
        UUID id = account.map(text -> Ids.parse("account", text))
                .orElseGet(() -> accounts.ensureFor(caller).id());
        Page<Payment> page = payments.list(caller, id, Page.Ask.of(limit, cursor));
        return new Page<>(page.items().stream().map(PaymentJson.Shown::of).toList(), page.nextCursor());
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "A payment")
    public PaymentJson.Shown get(@PathParam("id") String id) {
        return PaymentJson.Shown.of(payments.get(callers.current(), Ids.parse("payment", id)));
    }
}
