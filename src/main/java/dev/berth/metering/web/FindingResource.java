package dev.berth.metering.web;

import dev.berth.metering.store.Finding;
import dev.berth.metering.store.Findings;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What is odd about a node's readings, for staff. */
@Path("/api/admin/v1/nodes/{id}/findings")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class FindingResource {
    private final Callers callers;
    private final Findings findings;

    FindingResource(Callers callers, Findings findings) {
        this.callers = callers;
        this.findings = findings;
    }

    @GET
    @Operation(summary = "What is odd about a node's readings, newest first")
    public List<Finding> list(@PathParam("id") String id) {
        return findings.ofNode(callers.current(), Ids.parse("node", id));
    }

    /** @param reason for the trail */
    public record Resolution(@Nullable String reason) {}

    @POST
    @Path("/{finding}/resolution")
    @Operation(
            summary = "Close a finding",
            description = "Seen again, it is a new one. Repeating the call is harmless: it answers 409.")
    public Finding resolve(@PathParam("id") String id, @PathParam("finding") String finding, Resolution body) {
        return findings.resolve(callers.current(), Ids.parse("node", id), Ids.parse("finding", finding), body.reason());
    }
}
