package dev.berth.document.web;

import dev.berth.invoice.BillingService;
import dev.berth.invoice.Invoice;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Invoices as files. */
@Path("/api/v1/invoices/{id}")
@Tag(name = "invoice")
@Authenticated
@RunOnVirtualThread
public class InvoiceFileResource {
    private static final int MAX_REFERENCE = 100;

    private final Callers callers;
    private final BillingService billing;
    private final DocumentFiles files;

    InvoiceFileResource(Callers callers, BillingService billing, DocumentFiles files) {
        this.callers = callers;
        this.billing = billing;
        this.files = files;
    }

    @GET
    @Path("/pdf")
    @Produces("application/pdf")
    @Operation(summary = "An invoice to print: PDF/A-3 with its data embedded (Factur-X, EN 16931)")
    public Response pdf(@PathParam("id") String id) {
        Invoice invoice = invoice(id);
        return answer(files.pdf(invoice), "application/pdf", name(invoice) + ".pdf");
    }

    @GET
    @Path("/facturx.xml")
    @Produces("application/xml")
    @Operation(summary = "An invoice as data: UN/CEFACT CII, profile EN 16931 of Factur-X")
    public Response facturX(@PathParam("id") String id) {
        Invoice invoice = invoice(id);
        return answer(files.facturX(invoice), "application/xml", name(invoice) + ".xml");
    }

    @GET
    @Path("/xrechnung")
    @Produces("application/xml")
    @Operation(
            summary = "An invoice as XRechnung 3.0 (UBL); buyerReference is the buyer's own, such as a Leitweg-ID,"
                    + " and the account's id otherwise")
    public Response xRechnung(@PathParam("id") String id, @QueryParam("buyerReference") Optional<String> reference) {
        Optional<String> given = reference(reference);
        Invoice invoice = invoice(id);
        return answer(files.xRechnung(invoice, given), "application/xml", name(invoice) + "-xrechnung.xml");
    }

    static Optional<String> reference(Optional<String> text) {
        Optional<String> given = text.map(String::strip).filter(t -> !t.isEmpty());
        if (given.filter(t -> t.length() > MAX_REFERENCE).isPresent()) {
            throw Problem.invalid("buyerReference", "has more than %d characters".formatted(MAX_REFERENCE));
        }
        return given;
    }

    private Invoice invoice(String id) {
        return billing.invoice(callers.current(), Ids.parse("invoice", id));
    }

    private static String name(Invoice invoice) {
        return "invoice-" + invoice.issue().map(Invoice.Issue::label).orElse("draft");
    }

    static Response answer(byte[] bytes, String type, String name) {
        return Response.ok(bytes, type)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .build();
    }
}
