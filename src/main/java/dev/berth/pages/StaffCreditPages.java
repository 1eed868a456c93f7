package dev.berth.pages;

import dev.berth.invoice.BillingService;
import dev.berth.invoice.CreditNotes;
import dev.berth.invoice.CreditNotes.Creditable;
import dev.berth.invoice.Invoice;
import dev.berth.invoice.NewCreditNote;
import dev.berth.invoice.NewCreditNote.Part;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: taking an invoice back, or parts of its lines. */
@Path("/staff/invoices/{id}/credit")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffCreditPages {
    private final Frame frame;
    private final Callers callers;
    private final BillingService billing;
    private final CreditNotes notes;
    private final Once once;

    StaffCreditPages(Frame frame, Callers callers, BillingService billing, CreditNotes notes, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.billing = billing;
        this.notes = notes;
        this.once = once;
    }

    /** @param key makes the form safe to send twice */
    public record Sheet(Filled filled, String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance credit(Invoice invoice, List<Creditable> lines, Sheet sheet);
    }

    @GET
    @Operation(hidden = true)
    public Response credit(@PathParam("id") String id) {
        return show(Ids.parse("invoice", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Invoice invoice = billing.invoice(callers.current(), id);
        List<Creditable> lines = notes.creditable(callers.current(), id);
        return frame.show(Templates.credit(invoice, lines, new Sheet(filled, once.key())), "bills", status);
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response issue(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID invoice = Ids.parse("invoice", id);
        Form form = new Form(fields);
        List<String> filledIn = fields.keySet().stream()
                .filter(name ->
                        name.matches("amount-[0-9]{1,6}") && !form.text(name).isEmpty())
                .sorted()
                .toList();
        boolean everything = form.text("what").equals("everything");
        List<Part> parts = filledIn.stream()
                .map(name -> new Part(Integer.valueOf(name.substring("amount-".length())), form.text(name), null, null))
                .toList();
        try {
            return once.go(
                    form,
                    "staff/invoices/" + invoice + "/credit",
                    () -> "/billing/credit-notes/"
                            + notes.issue(
                                            callers.current(),
                                            invoice,
                                            new NewCreditNote(
                                                    form.text("reason"), everything, everything ? List.of() : parts))
                                    .id());
        } catch (Problem problem) {
            return show(invoice, byLine(Filled.refused(form, problem), filledIn), problem.status());
        }
    }

    /** Faults of the API's list beside the fields of the page. */
    private static Filled byLine(Filled filled, List<String> filledIn) {
        Map<String, String> faults = new HashMap<>();
        filled.faults().forEach((field, fault) -> {
            String name = field;
            for (int i = 0; i < filledIn.size(); i++) {
                name = field.startsWith("lines[" + i + "]") ? filledIn.get(i) : name;
            }
            faults.put(name, fault);
        });
        return new Filled(filled.typed(), faults, filled.general());
    }
}
