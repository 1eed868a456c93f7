package dev.berth.ledger.web;

import dev.berth.ledger.store.Entry;
import dev.berth.ledger.store.LedgerService;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** An account's transfers. */
@Path("/api/v1/accounts/{id}/ledger-entries")
@Tag(name = "ledger")
@Authenticated
@RunOnVirtualThread
public class LedgerEntryResource {
    private final Callers callers;
    private final LedgerService ledger;

    LedgerEntryResource(Callers callers, LedgerService ledger) {
        this.callers = callers;
        this.ledger = ledger;
    }

    @GET
    @Operation(summary = "The account's transfers, newest first")
    public Page<LedgerJson.Line> list(
            @PathParam("id") String id,
            @QueryParam("limit") Optional<Integer> limit,
            @QueryParam("cursor") Optional<String> cursor) {
        Page<Entry> page = ledger.entries(callers.current(), Ids.parse("account", id), Page.Ask.of(limit, cursor));
        return new Page<>(page.items().stream().map(LedgerJson.Line::of).toList(), page.nextCursor());
    }
}
