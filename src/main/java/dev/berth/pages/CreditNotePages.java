package dev.berth.pages;

import dev.berth.document.web.DocumentFiles;
import dev.berth.invoice.CreditNote;
import dev.berth.invoice.CreditNotes;
import dev.berth.invoice.Invoice;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What of an invoice was credited, for whom it is for and for staff. */
@Path("/billing")
@Authenticated
@RunOnVirtualThread
public class CreditNotePages {
    private final Frame frame;
    private final Callers callers;
    private final CreditNotes notes;
    private final DocumentFiles files;

    CreditNotePages(Frame frame, Callers callers, CreditNotes notes, DocumentFiles files) {
        this.frame = frame;
        this.callers = callers;
        this.notes = notes;
        this.files = files;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance note(CreditNote note, Invoice invoice);

        static native TemplateInstance changes(Invoice invoice, List<CreditNote> notes);
    }

    /** An invoice's credit notes. */
    @GET
    @Path("invoices/{id}/credit-notes")
    @Operation(hidden = true)
    public Response changes(@PathParam("id") String id) {
        Caller caller = callers.current();
        UUID invoice = Ids.parse("invoice", id);
        List<CreditNote> all = notes.ofInvoice(caller, invoice);
        return frame.show(Templates.changes(notes.invoice(caller, invoice), all), area(caller));
    }

    private static String area(Caller caller) {
        return caller.staff() ? "bills" : "billing";
    }

    @GET
    @Path("credit-notes/{id}")
    @Operation(hidden = true)
    public Response note(@PathParam("id") String id) {
        Caller caller = callers.current();
        CreditNote note = notes.get(caller, Ids.parse("credit note", id));
        return frame.show(Templates.note(note, notes.invoiceOf(caller, note)), area(caller));
    }

    @GET
    @Path("credit-notes/{id}/pdf")
    @Produces("application/pdf")
    @Operation(hidden = true)
    public Response pdf(@PathParam("id") String id) {
        Caller caller = callers.current();
        CreditNote note = notes.get(caller, Ids.parse("credit note", id));
        return Response.ok(files.pdf(note, notes.invoiceOf(caller, note)), "application/pdf")
                .header("Content-Disposition", "inline; filename=\"credit-note-" + note.label() + ".pdf\"")
                .header("Cache-Control", "no-store")
                .build();
    }
}
