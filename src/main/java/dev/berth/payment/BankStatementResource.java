package dev.berth.payment;

import dev.berth.payment.BankImport.Imported;
import dev.berth.platform.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Bank statements from the bank. */
@Path("/api/admin/v1/bank-statements")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class BankStatementResource {
    private final Callers callers;
    private final BankImport imports;

    BankStatementResource(Callers callers, BankImport imports) {
        this.callers = callers;
        this.imports = imports;
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Take a bank statement in (camt.053.001.02 or .08, at most 1 MiB)",
            description =
                    "Every entry counts once, so the same file may be sent again at any time: no Idempotency-Key.")
    public Imported take(byte[] file) {
        return imports.take(callers.current(), file);
    }
}
