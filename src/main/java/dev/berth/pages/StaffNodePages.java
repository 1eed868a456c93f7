package dev.berth.pages;

import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.network.AddressService;
import dev.berth.network.AddressService.Pool;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.vps.VpsService;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: nodes with capacity, heartbeat and addresses. */
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
    private final InstantSource clock;

    StaffNodePages(
            Frame frame,
            Callers callers,
            VpsService vps,
            NodeService nodes,
            AddressService addresses,
            InstantSource clock) {
        this.frame = frame;
        this.callers = callers;
        this.vps = vps;
        this.nodes = nodes;
        this.addresses = addresses;
        this.clock = clock;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance nodes(List<NodeRow> rows);

        static native TemplateInstance node(
                NodeRow row, List<Pool> pools, List<StaffVpsPages.Row> servers, boolean more);
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
        Node node = nodes.byId(Ids.parse("node", id));
        List<StaffVpsPages.Row> servers = vps.onNode(callers.current(), node.id(), LISTED + 1).stream()
                .map(StaffVpsPages.Row::of)
                .toList();
        boolean more = servers.size() > LISTED;
        return frame.show(
                Templates.node(
                        NodeRow.of(node, clock.instant()),
                        addresses.poolsOf(node.id()),
                        more ? servers.subList(0, LISTED) : servers,
                        more),
                "nodes");
    }
}
