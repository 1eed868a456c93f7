package dev.berth.pages;

import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.network.AddressService;
import dev.berth.network.AddressService.Pool;
import dev.berth.platform.Ids;
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
    private final Frame frame;
    private final NodeService nodes;
    private final AddressService addresses;
    private final InstantSource clock;

    StaffNodePages(Frame frame, NodeService nodes, AddressService addresses, InstantSource clock) {
        this.frame = frame;
        this.nodes = nodes;
        this.addresses = addresses;
        this.clock = clock;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance nodes(List<NodeRow> rows);

        static native TemplateInstance node(NodeRow row, List<Pool> pools);
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
        return frame.show(Templates.node(NodeRow.of(node, clock.instant()), addresses.poolsOf(node.id())), "nodes");
    }
}
