package dev.berth.pages;

import dev.berth.payment.BankImport;
import dev.berth.payment.BankImport.Imported;
import dev.berth.payment.CardRemoval;
import dev.berth.payment.CardRemovals;
import dev.berth.payment.Payment;
import dev.berth.payment.Payment.State;
import dev.berth.payment.PaymentDesk;
import dev.berth.payment.PaymentDesk.Assignment;
import dev.berth.payment.PaymentDesk.NewBankPayment;
import dev.berth.payment.Refund;
import dev.berth.payment.Refunds;
import dev.berth.payment.Refunds.NewRefund;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
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
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** Staff: bank statements, payments whose owner is not known, and those whose end is not known. */
@Path("/staff/payments")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffPaymentPages {
    private static final String HOME = "/staff/payments";
    private static final int SHOWN = 30;

    private final Frame frame;
    private final Callers callers;
    private final PaymentDesk desk;
    private final BankImport imports;
    private final Refunds refunds;
    private final CardRemovals removals;
    private final Once once;

    StaffPaymentPages(
            Frame frame,
            Callers callers,
            PaymentDesk desk,
            BankImport imports,
            Refunds refunds,
            CardRemovals removals,
            Once once) {
        this.frame = frame;
        this.callers = callers;
        this.desk = desk;
        this.imports = imports;
        this.refunds = refunds;
        this.removals = removals;
        this.once = once;
    }

    /**
     * What staff look after.
     *
     * @param unknown sent to the gateway, and nobody knows what became of them
     * @param refunds that were asked about for weeks
     * @param cards removed here, and kept by the gateway
     * @param received the newest that have come in
     * @param imported what became of the file that was just sent
     */
    public record Desk(
            List<Payment> unmatched,
            List<Payment> unknown,
            List<Refund> refunds,
            List<CardRemoval> cards,
            List<Payment> received,
            Optional<Imported> imported) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance payments(Desk desk, Filled filled, String key);

        static native TemplateInstance payment(Payment payment, List<Refund> refunds, Filled filled, String key);
    }

    @GET
    @Operation(hidden = true)
    public Response payments() {
        return show(Filled.EMPTY, Optional.empty(), 200);
    }

    private Response show(Filled filled, Optional<Imported> imported, int status) {
        Caller caller = callers.current();
        Desk shown = new Desk(
                desk.list(caller, State.UNMATCHED, Page.Ask.FIRST).items(),
                desk.endNotKnown(caller),
                refunds.givenUp(caller),
                removals.failed(caller),
                desk.list(caller, State.RECEIVED, new Page.Ask(SHOWN, Optional.empty()))
                        .items(),
                imported);
        return frame.show(Templates.payments(shown, filled, once.key()), "bills", status);
    }

    /** The same file may be sent again at any time, so this form needs no key. */
    @POST
    @Path("statements")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(hidden = true)
    public Response statement(@RestForm("file") @Nullable FileUpload file) {
        try {
            byte[] bytes = file == null ? new byte[0] : Files.readAllBytes(file.uploadedFile());
            return show(Filled.EMPTY, Optional.of(imports.take(callers.current(), bytes)), 200);
        } catch (Problem problem) {
            return show(
                    Filled.refused(new Form(new MultivaluedHashMap<>()), problem), Optional.empty(), problem.status());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response record(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        NewBankPayment payment = new NewBankPayment(
                form.text("accountId"),
                form.text("invoiceId"),
                form.text("amount"),
                form.text("bankReference"),
                form.text("payer"));
        try {
            return once.go(form, "staff/payments", () -> {
                desk.record(callers.current(), payment);
                return HOME;
            });
        } catch (Problem problem) {
            return show(Filled.refused(form, problem), Optional.empty(), problem.status());
        }
    }

    @POST
    @Path("{id}/again")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response askAgain(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID payment = Ids.parse("payment", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/payments/" + payment + "/again", () -> {
                desk.askAgain(callers.current(), payment);
                return HOME;
            });
        } catch (Problem problem) {
            return show(Filled.refused(form, problem), Optional.empty(), problem.status());
        }
    }

    /** The gateway is asked after the form's effect is stored. */
    @POST
    @Path("card-removals/{id}/again")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response askForCard(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID removal = Ids.parse("card removal", id);
        Response begun = once.go(new Form(fields), "staff/payments/card-removals/" + removal, () -> {
            removals.beginOne(callers.current(), removal);
            return HOME;
        });
        removals.sendOne(removal);
        return begun;
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response payment(@PathParam("id") String id) {
        return show(Ids.parse("payment", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Payment payment = desk.get(callers.current(), id);
        List<Refund> sent = refunds.ofPayment(callers.current(), id);
        return frame.show(Templates.payment(payment, sent, filled, once.key()), "bills", status);
    }

    @POST
    @Path("{id}/assignment")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response assign(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID payment = Ids.parse("payment", id);
        Form form = new Form(fields);
        Assignment assignment = new Assignment(form.text("accountId"), form.text("invoiceId"), form.text("reason"));
        try {
            return once.go(form, "staff/payments/" + payment, () -> {
                desk.assign(callers.current(), payment, assignment);
                return HOME + "/" + payment;
            });
        } catch (Problem problem) {
            return show(payment, Filled.refused(form, problem), problem.status());
        }
    }

    /** A refund's button stands on its payment's page. */
    @POST
    @Path("{id}/refunds/{refund}/again")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response askForRefund(
            @PathParam("id") String id, @PathParam("refund") String sent, MultivaluedMap<String, String> fields) {
        UUID payment = Ids.parse("payment", id);
        UUID refund = Ids.parse("refund", sent);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/refunds/" + refund + "/again", () -> {
                refunds.askAgain(callers.current(), refund);
                return HOME + "/" + payment;
            });
        } catch (Problem problem) {
            return show(payment, Filled.refused(form, problem), problem.status());
        }
    }

    /** The money has left the credit when the form's effect is stored; the gateway is asked after that. */
    @POST
    @Path("{id}/refunds")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response refund(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID payment = Ids.parse("payment", id);
        Form form = new Form(fields);
        NewRefund refund = new NewRefund(form.text("amount"), form.text("reason"));
        try {
            Response begun = once.go(
                    form,
                    "staff/payments/" + payment + "/refunds",
                    () -> HOME + "/" + payment + "?refund=" + refunds.begin(callers.current(), payment, refund));
            String query = begun.getLocation().getQuery();
            refunds.send(UUID.fromString(query.substring(query.indexOf('=') + 1)));
            return Frame.go(HOME + "/" + payment);
        } catch (Problem problem) {
            return show(payment, Filled.refused(form, problem), problem.status());
        }
    }
}
