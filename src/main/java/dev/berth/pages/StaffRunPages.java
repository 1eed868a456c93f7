package dev.berth.pages;

import dev.berth.invoice.BillRuns;
import dev.berth.invoice.BillRuns.Standing;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
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
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: how far billing is, and trying again what is parked. */
@Path("/staff/bill-runs")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffRunPages {
    private static final String PAGE = "/staff/bill-runs";
    private final Frame frame;
    private final Callers callers;
    private final BillRuns runs;
    private final Once once;

    StaffRunPages(Frame frame, Callers callers, BillRuns runs, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.runs = runs;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance runs(Standing standing, String key);

        static native TemplateInstance live(Standing standing);
    }

    @GET
    @Operation(hidden = true)
    public Response runs() {
        return frame.show(Templates.runs(runs.standing(callers.current()), once.key()), "bills");
    }

    @GET
    @Path("live")
    @Operation(hidden = true)
    public Response live() {
        return frame.part(Templates.live(runs.standing(callers.current())));
    }

    @POST
    @Path("retry")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response retryAll(MultivaluedMap<String, String> fields) {
        return once.go(new Form(fields), "staff/bill-runs/retry", () -> {
            runs.retryAll(callers.current());
            return PAGE;
        });
    }

    @POST
    @Path("periods/{id}/retry")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response retry(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID period = Ids.parse("billing period", id);
        return once.go(new Form(fields), "staff/bill-runs/periods/" + period, () -> {
            runs.retry(callers.current(), period);
            return PAGE;
        });
    }
}
