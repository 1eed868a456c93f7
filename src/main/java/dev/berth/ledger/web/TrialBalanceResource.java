package dev.berth.ledger.web;

import dev.berth.ledger.store.LedgerService;
import dev.berth.platform.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The whole ledger's balances, for staff. */
@Path("/api/admin/v1/ledger/trial-balance")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class TrialBalanceResource {
    private final Callers callers;
    private final LedgerService ledger;

    TrialBalanceResource(Callers callers, LedgerService ledger) {
        this.callers = callers;
        this.ledger = ledger;
    }

    @GET
    @Operation(summary = "Every balance of the ledger, and whether both sides are equal")
    public LedgerJson.Trial get() {
        return LedgerJson.Trial.of(ledger.trialBalance(callers.current()));
    }
}
