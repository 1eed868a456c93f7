package dev.berth.pages;

import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.NodeDeath;
import dev.berth.vps.NodeDeaths;
import dev.berth.vps.NodeDeaths.Statement;
import dev.berth.vps.VpsService;
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
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Administrators: a node is gone for good, and what was on it is written off. */
@Path("/staff/nodes/{id}/death")
@RolesAllowed("admin")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffDeathPages {
    private static final int COUNTED = 10_000;

    private final Frame frame;
    private final Callers callers;
    private final NodeService nodes;
    private final VpsService vps;
    private final NodeDeaths deaths;
    private final NameBook names;
    private final Once once;

    StaffDeathPages(
            Frame frame,
            Callers callers,
            NodeService nodes,
            VpsService vps,
            NodeDeaths deaths,
            NameBook names,
            Once once) {
        this.frame = frame;
        this.callers = callers;
        this.nodes = nodes;
        this.vps = vps;
        this.deaths = deaths;
        this.names = names;
        this.once = once;
    }

    /** The form on the page, with the key that makes it safe to send twice. */
    public record Sheet(Filled filled, String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance death(
                Node node, Optional<NodeDeath> death, Integer servers, Names names, Sheet sheet);
    }

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("id") String id) {
        return show(Ids.parse("node", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Node node = nodes.byId(id);
        Optional<NodeDeath> death = deaths.find(id);
        int servers = vps.onNode(callers.current(), id, COUNTED).size();
        Names known = names.of(death.map(NodeDeath::declaredBy).stream());
        return frame.show(Templates.death(node, death, servers, known, new Sheet(filled, once.key())), "nodes", status);
    }

    @POST
    @Operation(hidden = true)
    public Response declare(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID node = Ids.parse("node", id);
        Form form = new Form(fields);
        try {
            Response answer = once.go(form, "staff/nodes/" + node + "/death", () -> {
                deaths.declare(callers.current(), node, said(form));
                return "/staff/nodes/" + node;
            });
            deaths.settle(node);
            return answer;
        } catch (Problem problem) {
            return show(node, Filled.refused(form, problem), problem.status());
        }
    }

    @POST
    @Path("release")
    @Operation(hidden = true)
    public Response release(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID node = Ids.parse("node", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/nodes/" + node + "/death/release", () -> {
                deaths.release(callers.current(), node, said(form));
                return "/staff/nodes/" + node;
            });
        } catch (Problem problem) {
            return show(node, Filled.refused(form, problem), problem.status());
        }
    }

    private static Statement said(Form form) {
        return new Statement(form.text("name"), form.text("reason"));
    }
}
