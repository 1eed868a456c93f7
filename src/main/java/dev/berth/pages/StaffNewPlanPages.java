package dev.berth.pages;

import dev.berth.catalog.Plan;
import dev.berth.catalog.PlanDesk;
import dev.berth.catalog.PlanDesk.NewPlan;
import dev.berth.platform.Callers;
import dev.berth.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: a new plan of the house. Its address is beside that of plans, whose short names may be any word. */
@Path("/staff/new-plan")
@RolesAllowed("admin")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffNewPlanPages {
    private static final String YES = "yes";

    private final Frame frame;
    private final Callers callers;
    private final PlanDesk desk;
    private final Once once;

    StaffNewPlanPages(Frame frame, Callers callers, PlanDesk desk, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.desk = desk;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance plan(Filled filled, Prices prices, String key);
    }

    /** @param like a plan whose limits and prices the form begins with */
    @GET
    @Operation(hidden = true)
    public Response form(@QueryParam("like") Optional<String> like) {
        Map<String, String> begin = new HashMap<>(PlanForm.FEE);
        begin.putAll(LimitsForm.SMALL);
        like.ifPresent(slug -> {
            begin.clear();
            Plan plan = desk.get(slug).versions().getFirst().plan();
            begin.putAll(PlanForm.typed(plan));
            begin.keySet().removeAll(Set.of("name", "summary"));
            begin.put("currency", plan.currency());
        });
        begin.put("listed", YES);
        return show(Filled.with(begin), 200);
    }

    private Response show(Filled filled, int status) {
        return frame.show(Templates.plan(filled, Prices.of(filled), once.key()), "bills", status);
    }

    @POST
    @Operation(hidden = true)
    public Response create(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Optional<Filled> roomier = PlanForm.roomier(form, Map.of());
        if (roomier.isPresent()) {
            return show(roomier.get(), 200);
        }
        NewPlan plan = new NewPlan(
                form.text("slug"),
                form.text("name"),
                form.text("summary"),
                Typed.integer(form.text("position")),
                form.text("listed").equals(YES),
                PlanForm.version(form));
        try {
            return once.go(
                    form,
                    "staff/new-plan",
                    () -> "/staff/plans/" + desk.create(callers.current(), plan).slug());
        } catch (Problem problem) {
            return show(PlanForm.refused(form, problem, Map.of()), problem.status());
        }
    }
}
