package dev.berth.pages;

import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import dev.berth.catalog.PlanDesk.PlanChange;
import dev.berth.catalog.RetailDesk;
import dev.berth.catalog.RetailDesk.NewRetailPlan;
import dev.berth.catalog.RetailDesk.NewRetailVersion;
import dev.berth.catalog.RetailDesk.RetailPlan;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A reseller's own plans: made over plans of the house, sold at new prices, and taken off the shelf. */
@Path("/billing/plans")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class RetailPlanPages {
    private static final String HOME = "/billing/plans";

    private final Frame frame;
    private final Resellers resellers;
    private final RetailDesk desk;
    private final CatalogService catalog;
    private final Once once;

    RetailPlanPages(Frame frame, Resellers resellers, RetailDesk desk, CatalogService catalog, Once once) {
        this.frame = frame;
        this.resellers = resellers;
        this.desk = desk;
        this.catalog = catalog;
        this.once = once;
    }

    /**
     * The forms, with the key that makes them safe to send twice.
     *
     * @param below plans of the house that one can stand on
     */
    public record Sheet(Filled filled, String key, Prices prices, List<Plan> below) {
        public Sheet {
            below = List.copyOf(below);
        }
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance plans(List<RetailPlan> plans, boolean agreed, Sheet sheet);

        static native TemplateInstance plan(RetailPlan retail, Sheet sheet);
    }

    private Sheet sheet(Filled filled) {
        return new Sheet(filled, once.key(), Prices.of(filled), catalog.listed());
    }

    @GET
    @Operation(hidden = true)
    public Response plans() {
        return showAll(Filled.with(PlanForm.FEE), 200);
    }

    private Response showAll(Filled filled, int status) {
        Reseller reseller = resellers.current();
        return frame.show(
                Templates.plans(desk.all(reseller.id()), reseller.agreed(), sheet(filled)), "billing", status);
    }

    @GET
    @Path("{slug}")
    @Operation(hidden = true)
    public Response plan(@PathParam("slug") String slug) {
        RetailPlan retail = desk.get(resellers.current().id(), slug);
        return show(retail, Filled.with(typed(retail)), 200);
    }

    private Response show(RetailPlan retail, Filled filled, int status) {
        return frame.show(Templates.plan(retail, sheet(filled)), "billing", status);
    }

    private static Map<String, String> typed(RetailPlan retail) {
        Map<String, String> fields = new HashMap<>(PlanForm.typed(retail.plan()));
        fields.put("wholesale", retail.wholesale().slug());
        return fields;
    }

    @POST
    @Operation(hidden = true)
    public Response create(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Optional<Filled> roomier = PlanForm.roomier(form, Map.of());
        if (roomier.isPresent()) {
            return showAll(roomier.get(), 200);
        }
        try {
            return once.go(form, "billing/plans", () -> {
                Reseller reseller = resellers.agreed();
                NewRetailPlan plan = new NewRetailPlan(
                        form.text("slug"),
                        form.text("name"),
                        form.text("summary"),
                        form.text("wholesale"),
                        PlanForm.lines(form));
                return HOME + "/"
                        + desk.create(reseller.caller(), reseller.id(), plan)
                                .plan()
                                .slug();
            });
        } catch (Problem problem) {
            return showAll(PlanForm.refused(form, problem, Map.of()), problem.status());
        }
    }

    @POST
    @Path("{slug}/versions")
    @Operation(hidden = true)
    public Response addVersion(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Reseller reseller = resellers.current();
        RetailPlan was = desk.get(reseller.id(), slug);
        Optional<Filled> roomier = PlanForm.roomier(form, typed(was));
        if (roomier.isPresent()) {
            return show(was, roomier.get(), 200);
        }
        NewRetailVersion version = new NewRetailVersion(Typed.text(form.text("wholesale")), PlanForm.lines(form));
        return change(was, "versions", form, () -> desk.addVersion(reseller.caller(), reseller.id(), slug, version));
    }

    @POST
    @Path("{slug}/face")
    @Operation(hidden = true)
    public Response changeFace(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Reseller reseller = resellers.current();
        PlanChange face = new PlanChange(form.text("name"), form.text("summary"), null, null);
        return change(
                desk.get(reseller.id(), slug),
                "face",
                form,
                () -> desk.change(reseller.caller(), reseller.id(), slug, face));
    }

    @POST
    @Path("{slug}/listed")
    @Operation(hidden = true)
    public Response list(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Reseller reseller = resellers.current();
        PlanChange shelf = new PlanChange(null, null, null, form.text("listed").equals("true"));
        return change(
                desk.get(reseller.id(), slug),
                "listed",
                form,
                () -> desk.change(reseller.caller(), reseller.id(), slug, shelf));
    }

    private Response change(RetailPlan was, String what, Form form, Runnable work) {
        return once.back(
                form,
                HOME + "/" + was.plan().slug(),
                what,
                work,
                problem -> show(was, PlanForm.refused(form, problem, typed(was)), problem.status()));
    }
}
