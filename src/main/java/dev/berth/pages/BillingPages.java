package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.document.web.DocumentFiles;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.Bundles;
import dev.berth.invoice.Evidence;
import dev.berth.invoice.Invoice;
import dev.berth.invoice.Recomputed;
import dev.berth.ledger.store.Entry;
import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.Statement;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What is owed and why: drafts, invoices, and the way from a line down to the readings of the node. */
@Path("/billing")
@Authenticated
@RunOnVirtualThread
public class BillingPages {
    private static final int SHOWN = 30;
    private static final int SHOWN_READINGS = 100;
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final BillingService billing;
    private final LedgerService ledger;
    private final DocumentFiles files;
    private final NameBook names;
    private final DunningBanner banner;
    private final Bundles bundles;

    BillingPages(
            Frame frame,
            Callers callers,
            AccountService accounts,
            BillingService billing,
            LedgerService ledger,
            DocumentFiles files,
            NameBook names,
            DunningBanner banner,
            Bundles bundles) {
        this.banner = banner;
        this.bundles = bundles;
        this.names = names;
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.billing = billing;
        this.ledger = ledger;
        this.files = files;
    }

    /** An account's money on one page. */
    public record Money(
            Account account,
            Optional<HomePages.Notice> banner,
            Statement statement,
            Optional<Invoice> soFar,
            List<Invoice> waiting,
            Page<Invoice.Summary> invoices,
            List<LedgerRow> entries,
            Names names,
            String path) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance billing(Money money);

        static native TemplateInstance invoice(Invoice invoice, Optional<Recomputed> recomputed);

        static native TemplateInstance evidence(Evidence evidence, Invoice invoice, List<String> words);
    }

    @GET
    @Operation(hidden = true)
    public Response billing(@QueryParam("cursor") Optional<String> cursor) {
        Caller caller = callers.current();
        if (caller.staff()) {
            return Frame.go("/staff/bills");
        }
        Account account = accounts.ensureFor(caller);
        return frame.show(Templates.billing(money(caller, account, cursor)), "billing");
    }

    private Money money(Caller caller, Account account, Optional<String> cursor) {
        UUID id = account.id();
        List<Entry> moved = ledger.entries(caller, id, new Page.Ask(SHOWN, Optional.empty()))
                .items();
        List<LedgerRow> entries = LedgerRow.of(id, moved);
        return new Money(
                account,
                banner.of(caller, id),
                ledger.statement(caller, id),
                billing.soFar(caller, id),
                billing.waiting(caller, id),
                billing.invoices(caller, id, Page.Ask.of(Optional.of(SHOWN), cursor)),
                entries,
                names.of(entries.stream().map(LedgerRow::actor)),
                "/billing");
    }

    @GET
    @Path("invoices/{id}")
    @Operation(hidden = true)
    public Response invoice(@PathParam("id") String id) {
        return frame.show(Templates.invoice(find(id), Optional.empty()), area());
    }

    private Invoice find(String id) {
        return billing.invoice(callers.current(), Ids.parse("invoice", id));
    }

    private String area() {
        return callers.current().staff() ? "bills" : "billing";
    }

    @GET
    @Path("invoices/{id}/facturx.xml")
    @Produces("application/xml")
    @Operation(hidden = true)
    public Response facturX(@PathParam("id") String id) {
        Invoice invoice = find(id);
        String name = invoice.issue().map(Invoice.Issue::label).orElse("draft");
        return Response.ok(files.facturX(invoice), "application/xml")
                .header("Content-Disposition", "attachment; filename=\"invoice-" + name + ".xml\"")
                .header("Cache-Control", "no-store")
                .build();
    }

    @GET
    @Path("invoices/{id}/pdf")
    @Produces("application/pdf")
    @Operation(hidden = true)
    public Response pdf(@PathParam("id") String id) {
        Invoice invoice = find(id);
        String name = invoice.issue().map(Invoice.Issue::label).orElse("draft");
        return Response.ok(files.pdf(invoice), "application/pdf")
                .header("Content-Disposition", "inline; filename=\"invoice-" + name + ".pdf\"")
                .header("Cache-Control", "no-store")
                .build();
    }

    /** Computes it again from the readings, now. */
    @POST
    @Path("invoices/{id}/recompute")
    @Operation(hidden = true)
    public Response recompute(@PathParam("id") String id) {
        Invoice invoice = find(id);
        Recomputed again = billing.recompute(callers.current(), invoice.id().value());
        return frame.show(Templates.invoice(invoice, Optional.of(again)), area());
    }

    @GET
    @Path("invoices/{id}/lines/{n}")
    @Operation(hidden = true)
    public Response evidence(
            @PathParam("id") String id,
            @PathParam("n") int n,
            @QueryParam("interval") Optional<Integer> interval,
            @QueryParam("cursor") Optional<String> cursor) {
        Invoice invoice = find(id);
        UUID invoiceId = invoice.id().value();
        Caller caller = callers.current();
        Evidence.Ask ask = Evidence.Ask.of(interval, cursor, Optional.of(SHOWN_READINGS));
        Evidence evidence = billing.evidence(caller, invoiceId, n, ask);
        Evidence ends = billing.evidence(caller, invoiceId, n, new Evidence.Ask(Optional.empty(), 0, 1));
        return frame.show(Templates.evidence(evidence, invoice, EvidenceWords.of(invoice, ends)), area());
    }

    /** Everything that proves the invoice, for {@code ./berth verify}. */
    @GET
    @Path("invoices/{id}/bundle")
    @Produces("application/zip")
    @Operation(hidden = true)
    public Response bundle(@PathParam("id") String id) {
        return bundles.answer(billing.issued(callers.current(), Ids.parse("invoice", id)));
    }
}
