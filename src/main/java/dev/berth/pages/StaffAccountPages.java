package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.audit.AuditEvent;
import dev.berth.audit.AuditService;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.Invoice;
import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.NewGrant;
import dev.berth.ledger.store.LedgerService.Statement;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsService;
import dev.berth.vps.VpsService.Query;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: accounts, their ledger, credit and terms of payment. */
@Path("/staff/accounts")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffAccountPages {
    private static final int LISTED = 100;
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final VpsService vps;
    private final LedgerService ledger;
    private final BillingService billing;
    private final AuditService audit;
    private final NameBook names;
    private final Once once;

    StaffAccountPages(
            Frame frame,
            Callers callers,
            AccountService accounts,
            VpsService vps,
            LedgerService ledger,
            BillingService billing,
            AuditService audit,
            NameBook names,
            Once once) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.vps = vps;
        this.ledger = ledger;
        this.billing = billing;
        this.audit = audit;
        this.names = names;
        this.once = once;
    }

    /** Everything about one account. */
    public record File(
            Account account,
            Statement statement,
            List<LedgerRow> entries,
            List<StaffVpsPages.Row> servers,
            Optional<Invoice> soFar,
            List<Invoice.Summary> invoices,
            List<AuditEvent> events,
            Names names,
            boolean admin) {}

    /** The forms on the page, with the key that makes them safe to send twice. */
    public record Sheets(Filled credit, Filled terms, String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance accounts(String q, List<Account> accounts);

        static native TemplateInstance account(File file, Sheets sheets);
    }

    @GET
    @Operation(hidden = true)
    public Response accounts(@QueryParam("q") Optional<String> q) {
        String text = q.orElse("").strip();
        return frame.show(Templates.accounts(text, accounts.search(callers.current(), text, LISTED)), "accounts");
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response account(@PathParam("id") String id) {
        return show(Ids.parse("account", id), Filled.EMPTY, Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled credit, Filled terms, int status) {
        Caller caller = callers.current();
        Account account = accounts.get(caller, id);
        List<Vps> servers =
                vps.list(caller, Query.ofAccount(id), Page.Ask.FIRST).items();
        List<LedgerRow> entries =
                LedgerRow.of(id, ledger.entries(caller, id, Page.Ask.FIRST).items());
        List<AuditEvent> events = audit.list(AuditService.Query.ALL.ofAccount(id), LISTED);
        File file = new File(
                account,
                ledger.statement(caller, id),
                entries,
                servers.stream().map(StaffVpsPages.Row::of).toList(),
                billing.soFar(caller, id),
                billing.invoices(caller, id, Page.Ask.FIRST).items(),
                events,
                names.of(Stream.concat(
                        entries.stream().map(LedgerRow::actor), events.stream().map(AuditEvent::actor))),
                caller.has(Role.ADMIN));
        return frame.show(Templates.account(file, new Sheets(credit, terms, once.key())), "accounts", status);
    }

    @POST
    @Path("{id}/credit")
    @Operation(hidden = true)
    public Response grant(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        UUID account = Ids.parse("account", id);
        NewGrant grant = new NewGrant(form.text("amount"), form.text("reason"));
        try {
            return once.go(form, "staff/accounts/" + account + "/credit", () -> {
                ledger.grantCredit(callers.current(), account, grant);
                return "/staff/accounts/" + account;
            });
        } catch (Problem problem) {
            return show(account, Filled.refused(form, problem), Filled.EMPTY, problem.status());
        }
    }

    @POST
    @Path("{id}/terms")
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response terms(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        UUID account = Ids.parse("account", id);
        boolean allowed = form.text("allowed").equals("yes");
        try {
            return once.go(form, "staff/accounts/" + account + "/terms", () -> {
                InputFaults faults = new InputFaults();
                String reason = faults.text("reason", form.text("reason"), 500);
                faults.throwIfAny();
                accounts.allowInvoice(callers.current(), account, allowed, reason);
                return "/staff/accounts/" + account;
            });
        } catch (Problem problem) {
            return show(account, Filled.EMPTY, Filled.refused(form, problem), problem.status());
        }
    }
}
