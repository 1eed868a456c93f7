package dev.berth.pages;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnCatalog;
import dev.berth.catalog.AddOnDesk.AddOnChange;
import dev.berth.catalog.RetailAddOnDesk;
import dev.berth.catalog.RetailAddOnDesk.NewRetailAddOn;
import dev.berth.catalog.RetailAddOnDesk.RetailAddOn;
import dev.berth.platform.Problem;
import dev.berth.resale.Resellers;
import dev.berth.resale.Resellers.Reseller;
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
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A reseller's own add-ons: made over add-ons of the house, sold at new prices, and taken off the shelf. */
@Path("/billing/add-ons")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class RetailAddOnPages {
    private static final String HOME = "/billing/add-ons";

    private final Frame frame;
    private final Resellers resellers;
    private final RetailAddOnDesk desk;
    private final AddOnCatalog catalog;
    private final Once once;

    RetailAddOnPages(Frame frame, Resellers resellers, RetailAddOnDesk desk, AddOnCatalog catalog, Once once) {
        this.frame = frame;
        this.resellers = resellers;
        this.desk = desk;
        this.catalog = catalog;
        this.once = once;
    }

    /**
     * The forms, with the key that makes them safe to send twice.
     *
     * @param below add-ons of the house that one can stand on
     */
    public record Sheet(Filled filled, String key, List<AddOn> below) {
        public Sheet {
            below = List.copyOf(below);
        }
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance addOns(List<RetailAddOn> addOns, boolean agreed, Sheet sheet);

        static native TemplateInstance addOn(RetailAddOn retail, Sheet sheet);
    }

    private Sheet sheet(Filled filled) {
        return new Sheet(filled, once.key(), catalog.listed());
    }

    @GET
    @Operation(hidden = true)
    public Response addOns() {
        return showAll(Filled.EMPTY, 200);
    }

    private Response showAll(Filled filled, int status) {
        Reseller reseller = resellers.current();
        return frame.show(
                Templates.addOns(desk.all(reseller.id()), reseller.agreed(), sheet(filled)), "billing", status);
    }

    @GET
    @Path("{slug}")
    @Operation(hidden = true)
    public Response addOn(@PathParam("slug") String slug) {
        RetailAddOn retail = desk.get(resellers.current().id(), slug);
        return show(retail, Filled.with(AddOnForm.typed(retail.addOn())), 200);
    }

    private Response show(RetailAddOn retail, Filled filled, int status) {
        return frame.show(Templates.addOn(retail, sheet(filled)), "billing", status);
    }

    @POST
    @Operation(hidden = true)
    public Response create(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        NewRetailAddOn addOn = new NewRetailAddOn(
                form.text("slug"),
                form.text("name"),
                form.text("summary"),
                form.text("wholesale"),
                Typed.decimal(form.text("monthlyPrice")),
                Typed.decimal(form.text("setupPrice")));
        try {
            return once.go(form, "billing/add-ons", () -> {
                Reseller reseller = resellers.agreed();
                RetailAddOn made = desk.create(reseller.caller(), reseller.id(), addOn);
                return HOME + "/" + made.addOn().slug();
            });
        } catch (Problem problem) {
            return showAll(Filled.refused(form, problem), problem.status());
        }
    }

    @POST
    @Path("{slug}/versions")
    @Operation(hidden = true)
    public Response addVersion(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Reseller reseller = resellers.current();
        return change(
                desk.get(reseller.id(), slug),
                "versions",
                form,
                () -> desk.addVersion(reseller.caller(), reseller.id(), slug, AddOnForm.price(form)));
    }

    @POST
    @Path("{slug}/face")
    @Operation(hidden = true)
    public Response changeFace(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        AddOnChange face = new AddOnChange(form.text("name"), form.text("summary"), null);
        return change(slug, "face", form, face);
    }

    @POST
    @Path("{slug}/listed")
    @Operation(hidden = true)
    public Response list(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        AddOnChange shelf = new AddOnChange(null, null, form.text("listed").equals("true"));
        return change(slug, "listed", form, shelf);
    }

    private Response change(String slug, String what, Form form, AddOnChange change) {
        Reseller reseller = resellers.current();
        return change(
                desk.get(reseller.id(), slug),
                what,
                form,
                () -> desk.change(reseller.caller(), reseller.id(), slug, change));
    }

    private Response change(RetailAddOn was, String what, Form form, Runnable work) {
        return once.back(
                form,
                HOME + "/" + was.addOn().slug(),
                what,
                work,
                problem -> show(was, Filled.refused(form, problem, AddOnForm.typed(was.addOn())), problem.status()));
    }
}
