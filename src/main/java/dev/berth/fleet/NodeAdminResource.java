package dev.berth.fleet;

import dev.berth.fleet.EnrolmentService.JoinToken;
import dev.berth.fleet.NodeService.Quarantined;
import dev.berth.network.AddressService;
import dev.berth.network.AddressService.Pool;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Nodes for staff. */
@Path("/api/admin/v1/nodes")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class NodeAdminResource {
    private final Callers callers;
    private final NodeService nodes;
    private final EnrolmentService enrolment;
    private final AddressService addresses;
    private final Idempotency idempotency;

    NodeAdminResource(
            Callers callers,
            NodeService nodes,
            EnrolmentService enrolment,
            AddressService addresses,
            Idempotency idempotency) {
        this.callers = callers;
        this.nodes = nodes;
        this.enrolment = enrolment;
        this.addresses = addresses;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "All nodes with capacity and heartbeat")
    public List<Node> list() {
        return nodes.list();
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One node")
    public Node get(@PathParam("id") String id) {
        return nodes.byId(Ids.parse("node", id));
    }

    @GET
    @Path("/quarantined-contexts")
    @Operation(summary = "Contexts that nodes found and nobody knows: kept, never deleted by themselves")
    public List<Quarantined> quarantined() {
        return nodes.quarantined();
    }

    public record NewJoinToken(@Nullable String nodeName) {}

    @POST
    @Path("/join-tokens")
    @RolesAllowed("admin")
    @Operation(
            summary = "A join token for a node of this name: single use, 15 minutes",
            description = "No Idempotency-Key: a token is shown once and never stored, so it cannot be shown again.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = JoinToken.class)))
    public Response joinToken(NewJoinToken body) {
        return Response.status(201)
                .entity(enrolment.newToken(callers.current(), body.nodeName()))
                .build();
    }

    public record NodeChange(Node.@Nullable State state, int cpuOvercommitPercent) {}

    @PUT
    @Path("/{id}")
    @RolesAllowed("admin")
    @Operation(summary = "Open or drain a node, set how much more CPU may be promised than there is")
    public Node change(@PathParam("id") String id, NodeChange body) {
        Node.State state = body.state();
        if (state == null) {
            throw Problem.invalid("state", "is missing");
        }
        return nodes.change(callers.current(), Ids.parse("node", id), state, body.cpuOvercommitPercent());
    }

    @GET
    @Path("/{id}/ip-pools")
    @Operation(summary = "A node's address pools and what is left of them")
    public List<Pool> pools(@PathParam("id") String id) {
        return addresses.poolsOf(Ids.parse("node", id));
    }

    /**
     * @param shared whether it is another node's pool that this one is to serve, too, so that VPS keep their addresses when they move
     *     between the two; false when it is missing
     */
    public record NewPool(@Nullable String cidr, @Nullable Boolean shared) {}

    @POST
    @Path("/{id}/ip-pools")
    @RolesAllowed("admin")
    @Operation(summary = "Give a node a network of addresses")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = Pool.class)))
    public Response addPool(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, NewPool body) {
        Caller caller = callers.current();
        UUID nodeId = Ids.parse("node", id);
        Attempt attempt = new Attempt(caller, key, "nodes/" + nodeId + "/ip-pools", body);
        return Answers.of(idempotency.once(attempt, () -> {
            nodes.byId(nodeId);
            Pool pool = Boolean.TRUE.equals(body.shared())
                    ? addresses.share(nodeId, body.cidr())
                    : addresses.add(nodeId, body.cidr());
            return Effect.created("/api/admin/v1/nodes/" + nodeId + "/ip-pools", pool);
        }));
    }
}
