package dev.berth.pages;

import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import dev.berth.invoice.Simulator;
import dev.berth.invoice.Simulator.Comparison;
import dev.berth.order.PlanChanges;
import dev.berth.order.PlanChanges.Preview;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsService;
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

/** Another plan for a VPS: first what it means, then the button. */
@Path("/vps/{id}/plan")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class PlanChangePages {
    /** Billing periods that are priced on the other plan, too. */
    private static final int LOOKED_BACK = 3;

    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final CatalogService catalog;
    private final PlanChanges changes;
    private final Simulator simulator;
    private final Once once;

    PlanChangePages(
            Frame frame,
            Callers callers,
            VpsService service,
            CatalogService catalog,
            PlanChanges changes,
            Simulator simulator,
            Once once) {
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.catalog = catalog;
        this.changes = changes;
        this.simulator = simulator;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance plans(Vps vps, Plan present, List<Plan> others);

        static native TemplateInstance preview(Vps vps, Preview preview, Comparison past, Filled filled, String key);
    }

    private Vps vps(String id) {
        return service.get(callers.current(), Ids.parse("VPS", id));
    }

    @GET
    @Operation(hidden = true)
    public Response plans(@PathParam("id") String id) {
        Vps vps = vps(id);
        Plan present = changes.present(vps);
        List<Plan> others = catalog.listedFor(vps.accountId()).stream()
                .filter(plan -> !plan.versionId().equals(present.versionId()))
                .filter(plan -> plan.currency().equals(present.currency()))
                .toList();
        return frame.show(Templates.plans(vps, present, others), "home");
    }

    @GET
    @Path("{slug}")
    @Operation(hidden = true)
    public Response preview(@PathParam("id") String id, @PathParam("slug") String slug) {
        return frame.show(page(vps(id), slug, Filled.EMPTY), "home");
    }

    private TemplateInstance page(Vps vps, String slug, Filled filled) {
        Plan next = catalog.bySlug(slug, vps.accountId()).orElseThrow(() -> Problem.notFound("plan"));
        Caller caller = callers.current();
        Preview preview = changes.preview(caller, vps.id(), next.slug());
        Comparison past = simulator.compare(caller, vps.id(), next.slug(), LOOKED_BACK);
        return Templates.preview(vps, preview, past, filled, once.key());
    }

    @POST
    @Path("{slug}")
    @Operation(hidden = true)
    public Response change(
            @PathParam("id") String id, @PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Vps vps = vps(id);
        Form form = new Form(fields);
        try {
            return once.go(
                    form,
                    "vps/" + vps.id() + "/plan/" + slug,
                    () -> "/operations/"
                            + changes.change(callers.current(), vps.id(), slug).id());
        } catch (Problem problem) {
            return frame.show(page(vps, slug, Filled.refused(form, problem)), "home", problem.status());
        }
    }
}
