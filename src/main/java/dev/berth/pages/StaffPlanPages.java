package dev.berth.pages;

import dev.berth.catalog.NewVersion;
import dev.berth.catalog.Plan;
import dev.berth.catalog.PlanDesk;
import dev.berth.catalog.PlanDesk.PlanChange;
import dev.berth.catalog.PlanDesk.Shelved;
import dev.berth.catalog.RetailDesk;
import dev.berth.catalog.RetailDesk.Owned;
import dev.berth.invoice.Simulator;
import dev.berth.invoice.Simulator.Impact;
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
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: the house's plans: sold at new prices or limits, and taken off the shelf. Resellers' plans are theirs: here they are only shown. */
@Path("/staff/plans")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffPlanPages {
    private static final String HOME = "/staff/plans";
    private static final int SHOWN = 500;

    private final Frame frame;
    private final Callers callers;
    private final PlanDesk desk;
    private final RetailDesk resellers;
    private final Simulator simulator;
    private final Once once;

    StaffPlanPages(Frame frame, Callers callers, PlanDesk desk, RetailDesk resellers, Simulator simulator, Once once) {
        this.simulator = simulator;
        this.resellers = resellers;
        this.frame = frame;
        this.callers = callers;
        this.desk = desk;
        this.once = once;
    }

    /**
     * The forms of a plan, with the key that makes them safe to send twice.
     *
     * @param mayChange whether the reader may change anything
     * @param impact who would pay more for what is typed, where that was asked
     */
    public record Sheet(Filled filled, String key, boolean mayChange, Prices prices, Optional<Impact> impact) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance plans(List<Shelved> plans, List<Owned> retail, boolean mayChange);

        static native TemplateInstance plan(Shelved shelved, Plan newest, Sheet sheet);
    }

    @GET
    @Operation(hidden = true)
    public Response plans() {
        return frame.show(Templates.plans(desk.all(), resellers.everybodys(SHOWN), mayChange()), "bills");
    }

    @GET
    @Path("{slug}")
    @Operation(hidden = true)
    public Response plan(@PathParam("slug") String slug) {
        Shelved shelved = desk.get(slug);
        return show(shelved, Filled.with(PlanForm.typed(newest(shelved))), Optional.empty(), 200);
    }

    private boolean mayChange() {
        return callers.current().has(Role.ADMIN);
    }

    private static Plan newest(Shelved shelved) {
        return shelved.versions().getFirst().plan();
    }

    private Response show(Shelved shelved, Filled filled, Optional<Impact> impact, int status) {
        Sheet sheet = new Sheet(filled, once.key(), mayChange(), Prices.of(filled), impact);
        return frame.show(Templates.plan(shelved, newest(shelved), sheet), "bills", status);
    }

    @POST
    @Path("{slug}/versions")
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response addVersion(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Shelved was = desk.get(slug);
        Optional<Filled> roomier = PlanForm.roomier(form, PlanForm.typed(newest(was)));
        if (roomier.isPresent()) {
            return show(was, roomier.get(), Optional.empty(), 200);
        }
        NewVersion version = PlanForm.version(form);
        return change(was, "versions", form, () -> desk.addVersion(callers.current(), slug, version));
    }

    /** Stores nothing: the form stays as it was typed, to be changed, asked of again, or sent. */
    @POST
    @Path("{slug}/impact")
    @Operation(hidden = true)
    public Response impact(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Shelved shelved = desk.get(slug);
        Map<String, String> shown = PlanForm.typed(newest(shelved));
        try {
            Impact impact = simulator.impact(callers.current(), slug, PlanForm.version(form));
            return show(shelved, Filled.with(Filled.over(shown, form.all())), Optional.of(impact), 200);
        } catch (Problem problem) {
            return show(shelved, PlanForm.refused(form, problem, shown), Optional.empty(), problem.status());
        }
    }

    @POST
    @Path("{slug}/face")
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response changeFace(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        PlanChange face =
                new PlanChange(form.text("name"), form.text("summary"), Typed.integer(form.text("position")), null);
        return change(desk.get(slug), "face", form, () -> desk.change(callers.current(), slug, face));
    }

    @POST
    @Path("{slug}/listed")
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response list(@PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        PlanChange shelf = new PlanChange(null, null, null, form.text("listed").equals("true"));
        return change(desk.get(slug), "listed", form, () -> desk.change(callers.current(), slug, shelf));
    }

    private Response change(Shelved was, String what, Form form, Runnable work) {
        return once.back(
                form,
                HOME + "/" + was.slug(),
                what,
                work,
                problem -> show(
                        was,
                        PlanForm.refused(form, problem, PlanForm.typed(newest(was))),
                        Optional.empty(),
                        problem.status()));
    }
}
