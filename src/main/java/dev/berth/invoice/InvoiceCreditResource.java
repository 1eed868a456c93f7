package dev.berth.invoice;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What an invoice was credited with. */
@Path("/api/v1/invoices/{id}/credit-notes")
@Tag(name = "invoice")
@Authenticated
@RunOnVirtualThread
public class InvoiceCreditResource {
    private final Callers callers;
    private final CreditNotes notes;

    InvoiceCreditResource(Callers callers, CreditNotes notes) {
        this.callers = callers;
        this.notes = notes;
    }

    @GET
    @Operation(summary = "Credit notes of a final invoice, in the order in which they were issued")
    public List<CreditNoteJson> list(@PathParam("id") String id) {
        return notes.ofInvoice(callers.current(), Ids.parse("invoice", id)).stream()
                .map(CreditNoteJson::of)
                .toList();
    }
}
