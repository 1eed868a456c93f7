package dev.berth.vps;

import dev.berth.platform.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** All nodes that are gone for good. */
@Path("/api/admin/v1/node-deaths")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class NodeDeathsResource {
    private final Callers callers;
    private final NodeDeaths deaths;

    NodeDeathsResource(Callers callers, NodeDeaths deaths) {
        this.callers = callers;
        this.deaths = deaths;
    }

    @GET
    @Operation(summary = "Nodes that were declared gone for good, with what is lost on each")
    public List<NodeDeath> list() {
        return deaths.list(callers.current());
    }
}
