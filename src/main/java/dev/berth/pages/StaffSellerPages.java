package dev.berth.pages;

import dev.berth.party.Seller;
import dev.berth.party.SellerDesk;
import dev.berth.party.SellerInput;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Staff: who issues invoices. */
@Path("/staff/sellers")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffSellerPages {
    private final Frame frame;
    private final Callers callers;
    private final SellerDesk desk;
    private final Once once;

    StaffSellerPages(Frame frame, Callers callers, SellerDesk desk, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.desk = desk;
        this.once = once;
    }

    /** The form, with the key that makes it safe to send twice. */
    public record Sheet(Filled filled, boolean admin, String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance sellers(List<Seller> sellers);

        static native TemplateInstance seller(Seller seller, List<Seller> versions, Sheet sheet);
    }

    @GET
    @Operation(hidden = true)
    public Response sellers() {
        return frame.show(Templates.sellers(desk.list(callers.current())), "bills");
    }

    @GET
    @Path("{key}")
    @Operation(hidden = true)
    public Response seller(@PathParam("key") String key) {
        Seller seller = desk.get(callers.current(), key);
        return show(seller, Filled.with(typed(seller)), 200);
    }

    private Response show(Seller seller, Filled filled, int status) {
        Caller caller = callers.current();
        Sheet sheet = new Sheet(filled, caller.has(Role.ADMIN), once.key());
        return frame.show(Templates.seller(seller, desk.versions(caller, seller.key()), sheet), "bills", status);
    }

    private static Map<String, String> typed(Seller s) {
        Map<String, String> fields = new HashMap<>();
        List<String> street = s.address().street();
        fields.put("name", s.name());
        fields.put("street", street.isEmpty() ? "" : street.getFirst());
        fields.put("street2", String.join(", ", street.stream().skip(1).toList()));
        fields.put("postalCode", s.address().postalCode());
        fields.put("city", s.address().city());
        fields.put("country", s.address().country().code());
        fields.put("vatId", s.vat().id().orElse(""));
        fields.put("taxNumber", s.vat().taxNumber().orElse(""));
        fields.put("smallEnterprise", s.smallEnterprise() ? "yes" : "no");
        fields.put("oneStopShop", s.vat().oneStopShop() ? "yes" : "no");
        fields.put(
                "homeBasisPoints",
                s.vat().homeBasisPoints().map(String::valueOf).orElse(""));
        fields.put("payment", s.terms().payment());
        fields.put("iban", s.terms().iban().orElse(""));
        fields.put("bic", s.terms().bic().orElse(""));
        fields.put("series", s.terms().series());
        fields.put("dueDays", String.valueOf(s.terms().dueDays()));
        fields.put("mailSender", s.terms().mailSender().orElse(""));
        return fields;
    }

    @POST
    @Path("{key}")
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response change(@PathParam("key") String key, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Seller seller = desk.get(callers.current(), key);
        try {
            return once.go(form, "staff/sellers/" + seller.key(), () -> {
                desk.change(callers.current(), key, form.version(), input(form));
                return "/staff/sellers/" + seller.key();
            });
        } catch (Problem problem) {
            return show(seller, Filled.refused(form, problem), problem.status());
        }
    }

    private static SellerInput input(Form form) {
        return new SellerInput(
                null,
                form.text("name"),
                List.of(form.text("street"), form.text("street2")),
                form.text("postalCode"),
                form.text("city"),
                form.text("country"),
                form.text("vatId"),
                form.text("taxNumber"),
                form.text("smallEnterprise").equals("yes"),
                form.text("oneStopShop").equals("yes"),
                number(form.text("homeBasisPoints")),
                form.text("payment"),
                form.text("iban"),
                form.text("bic"),
                form.text("series"),
                number(form.text("dueDays")),
                form.text("mailSender"),
                null,
                form.text("reason"));
    }

    /** What is no number is refused as one that cannot be. */
    private static @Nullable Integer number(String text) {
        if (text.isEmpty()) {
            return null;
        }
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : Integer.valueOf(-1);
    }
}
