package dev.berth.ledger.web;

import dev.berth.ledger.store.LedgerService;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How an account stands. */
@Path("/api/v1/accounts/{id}/wallet")
@Tag(name = "ledger")
@Authenticated
@RunOnVirtualThread
public class WalletResource {
    private final Callers callers;
    private final LedgerService ledger;

    WalletResource(Callers callers, LedgerService ledger) {
        this.callers = callers;
        this.ledger = ledger;
    }

    @GET
    @Operation(summary = "What the account can spend, and what it owes for final invoices")
    public LedgerJson.Statement get(@PathParam("id") String id) {
        return LedgerJson.Statement.of(ledger.statement(callers.current(), Ids.parse("account", id)));
    }
}
