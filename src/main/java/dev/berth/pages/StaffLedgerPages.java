package dev.berth.pages;

import dev.berth.ledger.store.LedgerExports;
import dev.berth.ledger.store.LedgerExports.Ask;
import dev.berth.ledger.web.LedgerExportResource;
import dev.berth.platform.Callers;
import dev.berth.platform.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: the ledger as a file, from the form on the page of bills. */
@Path("/staff/ledger-export")
@RolesAllowed("admin")
@RunOnVirtualThread
public class StaffLedgerPages {
    private final Callers callers;
    private final LedgerExports exports;

    StaffLedgerPages(Callers callers, LedgerExports exports) {
        this.callers = callers;
        this.exports = exports;
    }

    @GET
    @Operation(hidden = true)
    public Response export(
            @QueryParam("format") Optional<String> format,
            @QueryParam("from") Optional<String> from,
            @QueryParam("to") Optional<String> to,
            @QueryParam("currency") Optional<String> currency) {
        Ask ask = new Ask(from, to, currency.map(String::strip).filter(code -> !code.isEmpty()));
        return LedgerExportResource.download(
                switch (format.orElse("")) {
                    case "csv" -> exports.csv(callers.current(), ask);
                    case "datev" -> exports.datev(callers.current(), ask);
                    default -> throw Problem.invalid("format", "must be csv or datev");
                });
    }
}
