package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.ledger.store.LedgerService;
import dev.berth.ledger.store.LedgerService.Statement;
import dev.berth.payment.BankSettings;
import dev.berth.payment.CardRemovals;
import dev.berth.payment.Checkout;
import dev.berth.payment.Checkout.Begun;
import dev.berth.payment.Checkout.NewTopUp;
import dev.berth.payment.Payment;
import dev.berth.payment.PaymentService;
import dev.berth.payment.PaymentService.InvoicePayments;
import dev.berth.payment.PaymentService.Settings;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What is open, how to pay it, and what was paid. */
@Path("/billing/payments")
@Authenticated
@RunOnVirtualThread
public class PaymentPages {
    private static final int SHOWN = 30;
    private static final String HOME = "/billing/payments";

    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final PaymentService payments;
    private final Checkout checkout;
    private final CardRemovals removals;
    private final LedgerService ledger;
    private final BankSettings bank;
    private final Once once;

    PaymentPages(
            Frame frame,
            Callers callers,
            AccountService accounts,
            PaymentService payments,
            Checkout checkout,
            CardRemovals removals,
            LedgerService ledger,
            BankSettings bank,
            Once once) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.payments = payments;
        this.checkout = checkout;
        this.removals = removals;
        this.ledger = ledger;
        this.bank = bank;
        this.once = once;
    }

    /**
     * An account's payments on one page.
     *
     * @param card whether customers can pay by card here
     */
    public record Paying(
            Statement statement,
            Settings settings,
            List<InvoicePayments> open,
            List<Payment> payments,
            BankSettings bank,
            boolean card) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance payments(Paying paying, Filled filled, String key);

        static native TemplateInstance payment(Begun begun);

        static native TemplateInstance card(String next);
    }

    @GET
    @Operation(hidden = true)
    public Response payments() {
        return callers.current().staff() ? Frame.go("/staff/payments") : show(Filled.EMPTY, 200);
    }

    private Response show(Filled filled, int status) {
        Caller caller = callers.current();
        Account account = accounts.ensureFor(caller);
        UUID id = account.id();
        Paying paying = new Paying(
                ledger.statement(caller, id),
                payments.settings(caller, id),
                payments.open(caller, id),
                payments.list(caller, id, Page.Ask.of(Optional.of(SHOWN), Optional.empty()))
                        .items(),
                bank,
                checkout.on());
        return frame.show(Templates.payments(paying, filled, once.key()), "billing", status);
    }

    private UUID own() {
        return accounts.ensureFor(callers.current()).id();
    }

    /** What is refused is shown on this page, with what was filled in. */
    private Response sent(MultivaluedMap<String, String> fields, Function<Form, Response> way) {
        Form form = new Form(fields);
        try {
            return way.apply(form);
        } catch (Problem problem) {
            return show(Filled.refused(form, problem), problem.status());
        }
    }

    /** A form whose effect is seen on this page. */
    private Response here(MultivaluedMap<String, String> fields, String action, Runnable effect) {
        return sent(
                fields,
                form -> once.go(form, "billing/payments/" + action, () -> {
                    effect.run();
                    return HOME;
                }));
    }

    /**
     * A form that begins a payment. Its row is committed by the time the gateway is asked. The gateway's page is a link on the next one: a
     * browser does not follow a form to another site from here.
     */
    private Response begun(MultivaluedMap<String, String> fields, String action, Supplier<UUID> begin) {
        return sent(fields, form -> {
            String path = once.go(form, "billing/payments/" + action, () -> HOME + "/" + begin.get())
                    .getLocation()
                    .getPath();
            UUID payment = UUID.fromString(path.substring(path.lastIndexOf('/') + 1));
            checkout.send(callers.current(), payment, false);
            return Frame.go(path);
        });
    }

    @POST
    @Path("invoices/{id}/credit")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response payFromCredit(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID invoice = Ids.parse("invoice", id);
        return here(fields, "credit/" + invoice, () -> payments.payFromCredit(callers.current(), invoice));
    }

    @POST
    @Path("invoices/{id}/card")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response payByCard(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID invoice = Ids.parse("invoice", id);
        return begun(fields, "card/" + invoice, () -> checkout.forInvoice(callers.current(), invoice));
    }

    @POST
    @Path("top-ups")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response topUp(MultivaluedMap<String, String> fields) {
        UUID account = own();
        NewTopUp wanted = new NewTopUp(new Form(fields).text("amount"), false);
        return begun(fields, "top-up", () -> checkout.forTopUp(callers.current(), account, wanted));
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response payment(@PathParam("id") String id) {
        return frame.show(
                Templates.payment(checkout.begun(callers.current(), Ids.parse("payment", id))),
                callers.current().staff() ? "bills" : "billing");
    }

    /** The provider's page is a link on the answer: a browser does not follow a form to another site from here. */
    @POST
    @Path("card")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response saveCard(MultivaluedMap<String, String> fields) {
        return sent(fields, _ -> {
            String next = checkout.saveCard(callers.current(), own()).toString();
            return frame.show(Templates.card(next), "billing");
        });
    }

    /** The card is gone here when the form's effect is stored; the gateway is asked after that. */
    @POST
    @Path("card-removal")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response removeCard(MultivaluedMap<String, String> fields) {
        UUID account = own();
        Response gone = here(fields, "card-removal", () -> removals.begin(callers.current(), account));
        removals.send(account);
        return gone;
    }

    /** The gateway is asked after the form's effect is stored. */
    @POST
    @Path("cards-kept")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response askAgain(MultivaluedMap<String, String> fields) {
        UUID account = own();
        Response asked = here(fields, "cards-kept", () -> removals.beginAgain(callers.current(), account));
        removals.send(account);
        return asked;
    }

    @POST
    @Path("charge-card")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response chargeCard(MultivaluedMap<String, String> fields) {
        boolean charge = new Form(fields).text("chargeCard").equals("true");
        UUID account = own();
        return here(fields, "charge-card", () -> payments.chargeCard(callers.current(), account, charge));
    }

    @POST
    @Path("settings")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response settings(MultivaluedMap<String, String> fields) {
        boolean partly = new Form(fields).text("creditPartly").equals("true");
        UUID account = own();
        return here(fields, "settings", () -> payments.creditPartly(callers.current(), account, partly));
    }
}
