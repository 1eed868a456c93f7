package dev.berth.document.web;

import dev.berth.invoice.CreditNote;
import dev.berth.invoice.CreditNotes;
import dev.berth.invoice.Invoice;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Credit notes as files. */
@Path("/api/v1/credit-notes/{id}")
@Tag(name = "invoice")
@Authenticated
@RunOnVirtualThread
public class CreditNoteFileResource {
    private final Callers callers;
    private final CreditNotes notes;
    private final DocumentFiles files;

    CreditNoteFileResource(Callers callers, CreditNotes notes, DocumentFiles files) {
        this.callers = callers;
        this.notes = notes;
        this.files = files;
    }

    private record About(CreditNote note, Invoice invoice) {
        String name() {
            return "credit-note-" + note.label();
        }
    }

    private About find(String id) {
        Caller caller = callers.current();
        CreditNote note = notes.get(caller, Ids.parse("credit note", id));
        return new About(note, notes.invoiceOf(caller, note));
    }

    @GET
    @Path("/pdf")
    @Produces("application/pdf")
    @Operation(summary = "A credit note to print: PDF/A-3 with its data embedded (Factur-X, EN 16931)")
    public Response pdf(@PathParam("id") String id) {
        About found = find(id);
        byte[] bytes = files.pdf(found.note(), found.invoice());
        return InvoiceFileResource.answer(bytes, "application/pdf", found.name() + ".pdf");
    }

    @GET
    @Path("/facturx.xml")
    @Produces("application/xml")
    @Operation(summary = "A credit note as data: UN/CEFACT CII, profile EN 16931 of Factur-X")
    public Response facturX(@PathParam("id") String id) {
        About found = find(id);
        byte[] bytes = files.facturX(found.note(), found.invoice());
        return InvoiceFileResource.answer(bytes, "application/xml", found.name() + ".xml");
    }

    @GET
    @Path("/xrechnung")
    @Produces("application/xml")
    @Operation(summary = "A credit note as XRechnung 3.0 (UBL)")
    public Response xRechnung(@PathParam("id") String id, @QueryParam("buyerReference") Optional<String> reference) {
        Optional<String> given = InvoiceFileResource.reference(reference);
        About found = find(id);
        byte[] bytes = files.xRechnung(found.note(), found.invoice(), given);
        return InvoiceFileResource.answer(bytes, "application/xml", found.name() + "-xrechnung.xml");
    }
}
