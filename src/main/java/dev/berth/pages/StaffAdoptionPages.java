package dev.berth.pages;

import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.fleet.NodeService.Quarantined;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.Adoptions;
import dev.berth.vps.Adoptions.NewAdoption;
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
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Administrators: a context that nobody asked for becomes a VPS of an account. */
@Path("/staff/nodes/{id}/strangers/{context}")
@RolesAllowed("admin")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffAdoptionPages {
    private final Frame frame;
    private final Callers callers;
    private final NodeService nodes;
    private final CatalogService catalog;
    private final Adoptions adoptions;
    private final Once once;

    StaffAdoptionPages(
            Frame frame, Callers callers, NodeService nodes, CatalogService catalog, Adoptions adoptions, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.nodes = nodes;
        this.catalog = catalog;
        this.adoptions = adoptions;
        this.once = once;
    }

    /** The form on the page, with the key that makes it safe to send twice. */
    public record Sheet(Filled filled, String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance adopt(Node node, Quarantined stranger, List<Plan> plans, Sheet sheet);
    }

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("id") String id, @PathParam("context") String context) {
        return show(Ids.parse("node", id), Ids.parse("stranger", context), Filled.EMPTY, 200);
    }

    private Response show(UUID node, UUID context, Filled filled, int status) {
        Quarantined stranger = nodes.quarantined().stream()
                .filter(one -> one.nodeId().equals(node) && one.contextId().equals(context))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("stranger"));
        return frame.show(
                Templates.adopt(nodes.byId(node), stranger, catalog.listed(), new Sheet(filled, once.key())),
                "nodes",
                status);
    }

    @POST
    @Operation(hidden = true)
    public Response adopt(
            @PathParam("id") String id, @PathParam("context") String context, MultivaluedMap<String, String> fields) {
        UUID node = Ids.parse("node", id);
        UUID stranger = Ids.parse("stranger", context);
        Form form = new Form(fields);
        NewAdoption wanted = new NewAdoption(form.text("account"), form.text("plan"), form.text("reason"));
        try {
            return once.go(
                    form,
                    "strangers/" + stranger,
                    () -> "/operations/"
                            + adoptions
                                    .adopt(callers.current(), node, stranger, wanted)
                                    .operation()
                                    .id());
        } catch (Problem problem) {
            return show(node, stranger, Filled.refused(form, problem), problem.status());
        }
    }
}
