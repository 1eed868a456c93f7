package dev.berth.pages;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnDesk;
import dev.berth.catalog.AddOnDesk.AddOnChange;
import dev.berth.catalog.AddOnDesk.ShelvedAddOn;
import dev.berth.catalog.RetailAddOnDesk;
import dev.berth.catalog.RetailAddOnDesk.Owned;
import dev.berth.metering.Meter;
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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * Staff: what is sold beside plans: made, sold at new prices, and taken off the shelf. Resellers' add-ons are theirs: here they are only shown.
 */
@Path("/staff/add-ons")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffAddOnPages {
    private static final String HOME = "/staff/add-ons";
    private static final int SHOWN = 500;

    private final Frame frame;
    private final Callers callers;
    private final AddOnDesk desk;
    private final RetailAddOnDesk resellers;
    private final Once once;

    StaffAddOnPages(Frame frame, Callers callers, AddOnDesk desk, RetailAddOnDesk resellers, Once once) {
        this.resellers = resellers;
        this.frame = frame;
        this.callers = callers;
        this.desk = desk;
        this.once = once;
    }

    /**
     * A form, with the key that makes it safe to send twice.
     *
     * @param mayChange whether the reader may change anything
     */
    public record Sheet(Filled filled, String key, boolean mayChange) {}

    /** @param meters that an allowance can cover */
    public record Choices(List<AddOn.Kind> kinds, List<Meter> meters) {
        public Choices {
            kinds = List.copyOf(kinds);
            meters = List.copyOf(meters);
        }
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance addOns(
                List<ShelvedAddOn> addOns, List<Owned> retail, Choices choices, Sheet sheet);

        static native TemplateInstance addOn(ShelvedAddOn shelved, Sheet sheet);
    }

    private Sheet sheet(Filled filled) {
        return new Sheet(filled, once.key(), callers.current().has(Role.ADMIN));
    }

    @GET
    @Operation(hidden = true)
    public Response addOns() {
        return showAll(Filled.EMPTY, 200);
    }

    private Response showAll(Filled filled, int status) {
        Choices choices = new Choices(List.of(AddOn.Kind.values()), AddOnDesk.COVERABLE);
        return frame.show(
                Templates.addOns(desk.all(), resellers.everybodys(SHOWN), choices, sheet(filled)), "bills", status);
    }

    @GET
    @Path("{slug}")
    @Operation(hidden = true)
    public Response addOn(@PathParam("slug") String slug) {
        ShelvedAddOn shelved = desk.get(slug);
        return show(shelved, Filled.with(AddOnForm.typed(shelved.addOn())), 200);
    }

    private Response show(ShelvedAddOn shelved, Filled filled, int status) {
        return frame.show(Templates.addOn(shelved, sheet(filled)), "bills", status);
    }

    @POST
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response create(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Caller caller = callers.current();
        try {
            return once.go(form, "staff/add-ons", () -> {
                desk.create(caller, AddOnForm.addOn(form));
                return HOME;
            });
        } catch (Problem problem) {
            return showAll(AddOnForm.refused(form, problem), problem.status());
        }
    }

    @POST
    @Path("{slug}/versions")
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response addVersion(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        return change(
                desk.get(slug),
                "versions",
                form,
                () -> desk.addVersion(callers.current(), slug, AddOnForm.price(form)));
    }

    @POST
    @Path("{slug}/face")
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response changeFace(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        AddOnChange face = new AddOnChange(form.text("name"), form.text("summary"), null);
        return change(desk.get(slug), "face", form, () -> desk.change(callers.current(), slug, face));
    }

    @POST
    @Path("{slug}/listed")
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response list(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        AddOnChange shelf = new AddOnChange(null, null, form.text("listed").equals("true"));
        return change(desk.get(slug), "listed", form, () -> desk.change(callers.current(), slug, shelf));
    }

    private Response change(ShelvedAddOn was, String what, Form form, Runnable work) {
        return once.back(
                form,
                HOME + "/" + was.addOn().slug(),
                what,
                work,
                problem -> show(was, Filled.refused(form, problem, AddOnForm.typed(was.addOn())), problem.status()));
    }
}
