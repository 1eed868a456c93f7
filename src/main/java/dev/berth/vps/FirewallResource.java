package dev.berth.vps;

import dev.berth.platform.Answers;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The firewall of a VPS. Its ETag is that of the VPS. */
@Path("/api/v1/vps/{id}/firewall-ruleset")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class FirewallResource {
    private final Callers callers;
    private final FirewallService service;

    FirewallResource(Callers callers, FirewallService service) {
        this.callers = callers;
        this.service = service;
    }

    @GET
    @Operation(summary = "The firewall of a VPS, with the ETag of the VPS")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = FirewallRuleset.class)))
    public Response get(@PathParam("id") String id) {
        return tagged(service.get(callers.current(), id(id)));
    }

    @PUT
    @Operation(summary = "Replace all of it; If-Match names the version of the VPS you have seen")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = FirewallRuleset.class)))
    public Response put(
            @PathParam("id") String id,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            FirewallRuleset.Wanted body) {
        return tagged(service.put(callers.current(), id(id), Answers.ifMatch(ifMatch), body));
    }

    @DELETE
    @Operation(summary = "Take it away: everything passes; If-Match names the version of the VPS you have seen")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = FirewallRuleset.class)))
    public Response remove(@PathParam("id") String id, @HeaderParam("If-Match") @Nullable String ifMatch) {
        return tagged(service.remove(callers.current(), id(id), Answers.ifMatch(ifMatch)));
    }

    private static Response tagged(FirewallService.Seen seen) {
        return Answers.tagged(seen.ruleset(), seen.version());
    }

    private static UUID id(String text) {
        return Ids.parse("VPS", text);
    }
}
