package dev.berth.pages;

import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import dev.berth.catalog.PlanDesk.PlanChange;
import dev.berth.catalog.RetailDesk;
import dev.berth.catalog.RetailDesk.NewRetailPlan;
import dev.berth.catalog.RetailDesk.NewRetailVersion;
import dev.berth.catalog.RetailDesk.RetailPlan;
import dev.berth.platform.Callers;
import dev.berth.platform.Problem;
import dev.berth.resale.WholesaleTerms;
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
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A reseller's own plans: made over plans of the house, sold at new prices, and taken off the shelf. */
@Path("/billing/plans")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class RetailPlanPages {
    private static final String HOME = "/billing/plans";
    private static final String NEW_ROWS = "3";

    private final Frame frame;
    private final Callers callers;
    private final WholesaleTerms terms;
    private final RetailDesk desk;
    private final CatalogService catalog;
    private final Once once;

    RetailPlanPages(
            Frame frame, Callers callers, WholesaleTerms terms, RetailDesk desk, CatalogService catalog, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.terms = terms;
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

    private UUID owner() {
        return terms.reseller(callers.current()).id();
    }

    private Sheet sheet(Filled filled) {
        return new Sheet(filled, once.key(), Prices.of(filled), catalog.listed());
    }

    @GET
    @Operation(hidden = true)
    public Response plans() {
        return showAll(Filled.with(Map.of("rows", NEW_ROWS)), 200);
    }

    private Response showAll(Filled filled, int status) {
        UUID owner = owner();
        boolean agreed = terms.of(owner).isPresent();
        return frame.show(Templates.plans(desk.all(owner), agreed, sheet(filled)), "billing", status);
    }

    @GET
    @Path("{slug}")
    @Operation(hidden = true)
    public Response plan(@PathParam("slug") String slug) {
        RetailPlan retail = desk.get(owner(), slug);
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
        UUID owner = owner();
        try {
            return once.go(form, "billing/plans", () -> {
                if (terms.of(owner).isEmpty()) {
                    throw Problem.conflict("no-terms", "You have no wholesale terms yet: ask us for them first.");
                }
                NewRetailPlan plan = new NewRetailPlan(
                        form.text("slug"),
                        form.text("name"),
                        form.text("summary"),
                        form.text("wholesale"),
                        PlanForm.lines(form));
                return HOME + "/"
                        + desk.create(callers.current(), owner, plan).plan().slug();
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
        UUID owner = owner();
        NewRetailVersion version = new NewRetailVersion(Typed.text(form.text("wholesale")), PlanForm.lines(form));
        return change(slug, "versions", form, () -> desk.addVersion(callers.current(), owner, slug, version));
    }

    @POST
    @Path("{slug}/face")
    @Operation(hidden = true)
    public Response changeFace(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        UUID owner = owner();
        PlanChange face = new PlanChange(form.text("name"), form.text("summary"), null, null);
        return change(slug, "face", form, () -> desk.change(callers.current(), owner, slug, face));
    }

    @POST
    @Path("{slug}/listed")
    @Operation(hidden = true)
    public Response list(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        UUID owner = owner();
        PlanChange shelf = new PlanChange(null, null, null, form.text("listed").equals("true"));
        return change(slug, "listed", form, () -> desk.change(callers.current(), owner, slug, shelf));
    }

    private Response change(String slug, String what, Form form, Supplier<RetailPlan> work) {
        RetailPlan was = desk.get(owner(), slug);
        try {
            return once.go(
                    form,
                    "billing/plans/" + slug + "/" + what,
                    () -> HOME + "/" + work.get().plan().slug());
        } catch (Problem problem) {
            return show(was, refused(was, form, problem), problem.status());
        }
    }

    /** What the other forms of the page show stays. */
    private static Filled refused(RetailPlan was, Form form, Problem problem) {
        Filled refused = Filled.refused(form, problem);
        Map<String, String> all = typed(was);
        all.putAll(refused.typed());
        return new Filled(all, refused.faults(), refused.general());
    }
}
