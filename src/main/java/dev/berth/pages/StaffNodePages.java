package dev.berth.pages;

import dev.berth.drain.Drain;
import dev.berth.drain.DrainService;
import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.fleet.NodeService.Quarantined;
import dev.berth.metering.store.Finding;
import dev.berth.metering.store.Findings;
import dev.berth.network.AddressService;
import dev.berth.network.AddressService.Pool;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.vps.NodeDeath;
import dev.berth.vps.NodeDeaths;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: nodes with capacity, heartbeat and addresses, and closing one for orders. */
@Path("/staff/nodes")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffNodePages {
    private static final int LISTED = 200;
    private final Frame frame;
    private final Callers callers;
    private final VpsService vps;
    private final NodeService nodes;
    private final AddressService addresses;
    private final DrainService drains;
    private final NodeDeaths deaths;
    private final Findings findings;
    private final Once once;
    private final InstantSource clock;

    StaffNodePages(
            Frame frame,
            Callers callers,
            VpsService vps,
            NodeService nodes,
            AddressService addresses,
            DrainService drains,
            NodeDeaths deaths,
            Findings findings,
            Once once,
            InstantSource clock) {
        this.frame = frame;
        this.callers = callers;
        this.vps = vps;
        this.nodes = nodes;
        this.addresses = addresses;
        this.drains = drains;
        this.deaths = deaths;
        this.findings = findings;
        this.once = once;
        this.clock = clock;
    }

    /**
     * What is on a node.
     *
     * @param more whether there are more VPS than are listed
     * @param strangers contexts on it that nobody asked for
     * @param drain the last time it was emptied
     * @param death whether it is gone for good
     * @param findings what is odd about its readings
     */
    public record Held(
            List<StaffVpsPages.Row> servers,
            boolean more,
            List<Quarantined> strangers,
            Optional<Drain> drain,
            Optional<NodeDeath> death,
            List<Finding> findings) {}

    /** The form on the page, with the key that makes it safe to send twice; only administrators have it. */
    public record Sheet(Filled filled, String key, boolean admin) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance nodes(List<NodeRow> rows);

        static native TemplateInstance node(NodeRow row, List<Pool> pools, Held held, Sheet sheet);
    }

    @GET
    @Operation(hidden = true)
    public Response nodes() {
        List<NodeRow> rows = nodes.list().stream()
                .map(node -> NodeRow.of(node, clock.instant()))
                .toList();
        return frame.show(Templates.nodes(rows), "nodes");
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response node(@PathParam("id") String id) {
        return show(Ids.parse("node", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Node node = nodes.byId(id);
        List<StaffVpsPages.Row> servers = vps.onNode(callers.current(), node.id(), LISTED + 1).stream()
                .map(StaffVpsPages.Row::of)
                .toList();
        boolean more = servers.size() > LISTED;
        return frame.show(
                Templates.node(
                        NodeRow.of(node, clock.instant()),
                        addresses.poolsOf(node.id()),
                        new Held(
                                more ? servers.subList(0, LISTED) : servers,
                                more,
                                strangers(id),
                                drains.list(callers.current(), id).stream().findFirst(),
                                deaths.find(id),
                                findings.ofNode(callers.current(), id)),
                        new Sheet(filled, once.key(), callers.current().has(Role.ADMIN))),
                "nodes",
                status);
    }

    private List<Quarantined> strangers(UUID id) {
        return nodes.quarantined().stream()
                .filter(stranger -> stranger.nodeId().equals(id))
                .toList();
    }

    @POST
    @Path("{id}/{action: drain|open}")
    @RolesAllowed("admin")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response act(
            @PathParam("id") String id, @PathParam("action") String action, MultivaluedMap<String, String> fields) {
        UUID node = Ids.parse("node", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/nodes/" + node + "/" + action, () -> {
                nodes.take(callers.current(), node, action.equals("drain") ? Node.State.DRAINING : Node.State.ACTIVE);
                return "/staff/nodes/" + node;
            });
        } catch (Problem problem) {
            return show(node, Filled.refused(form, problem), problem.status());
        }
    }

    @POST
    @Path("{id}/findings/{finding}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response resolve(
            @PathParam("id") String id, @PathParam("finding") String finding, MultivaluedMap<String, String> fields) {
        UUID node = Ids.parse("node", id);
        UUID which = Ids.parse("finding", finding);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/nodes/findings/" + which, () -> {
                findings.resolve(callers.current(), node, which, form.text("reason"));
                return "/staff/nodes/" + node;
            });
        } catch (Problem problem) {
            return show(node, Filled.refused(form, problem), problem.status());
        }
    }
}
