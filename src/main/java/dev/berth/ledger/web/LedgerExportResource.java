package dev.berth.ledger.web;

import dev.berth.ledger.store.LedgerExports;
import dev.berth.ledger.store.LedgerExports.Ask;
import dev.berth.ledger.store.LedgerExports.File;
import dev.berth.platform.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The ledger as files for the bookkeeper. */
@Path("/api/admin/v1/ledger/exports")
@Tag(name = "staff")
@RolesAllowed("admin")
@RunOnVirtualThread
public class LedgerExportResource {
    private final Callers callers;
    private final LedgerExports exports;

    LedgerExportResource(Callers callers, LedgerExports exports) {
        this.callers = callers;
        this.exports = exports;
    }

    @GET
    @Path("/csv")
    @Produces("text/csv")
    @Operation(summary = "All transfers from one day to another, both included, as comma-separated values")
    public Response csv(
            @QueryParam("from") Optional<String> from,
            @QueryParam("to") Optional<String> to,
            @QueryParam("currency") Optional<String> currency) {
        return download(exports.csv(callers.current(), new Ask(from, to, currency)));
    }

    @GET
    @Path("/datev")
    @Produces("text/csv")
    @Operation(summary = "The same in one currency as DATEV imports them: EXTF 700, Buchungsstapel, Windows-1252")
    public Response datev(
            @QueryParam("from") Optional<String> from,
            @QueryParam("to") Optional<String> to,
            @QueryParam("currency") Optional<String> currency) {
        return download(exports.datev(callers.current(), new Ask(from, to, currency)));
    }

    /** A file that is saved, not shown. */
    public static Response download(File file) {
        return Response.ok(file.bytes())
                .header(HttpHeaders.CONTENT_TYPE, file.type())
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + file.name() + "\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
