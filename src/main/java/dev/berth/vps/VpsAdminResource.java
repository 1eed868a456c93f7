package dev.berth.vps;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.vps.VpsService.Query;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** VPS, operations and the one search box, for staff. */
@Path("/api/admin/v1")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class VpsAdminResource {
    private final Callers callers;
    private final VpsService service;
    private final Suspensions suspensions;
    private final OperationService operations;
    private final AccountService accounts;
    private final NodeService nodes;
    private final Idempotency idempotency;

    VpsAdminResource(
            Callers callers,
            VpsService service,
            Suspensions suspensions,
            OperationService operations,
            AccountService accounts,
            NodeService nodes,
            Idempotency idempotency) {
        this.callers = callers;
        this.service = service;
        this.suspensions = suspensions;
        this.operations = operations;
        this.accounts = accounts;
        this.nodes = nodes;
        this.idempotency = idempotency;
    }

    @GET
    @Path("/vps")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "All VPS, newest first")
    public Page<Vps> list(
            @QueryParam("account") Optional<UUID> account,
            @QueryParam("withGone") Optional<Boolean> withGone,
            @QueryParam("limit") Optional<Integer> limit,
            @QueryParam("cursor") Optional<String> cursor) {
        return service.list(
                callers.current(),
                new Query(account, Optional.empty(), withGone.orElse(false)),
                Page.Ask.of(limit, cursor));
    }

    @GET
    @Path("/vps/{id}")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "One VPS")
    public Vps get(@PathParam("id") String id) {
        return service.get(callers.current(), Ids.parse("VPS", id));
    }

    /**
     * @param reason its owner can read it
     * @param how for {@code suspend}: {@code STOP}, which is what happens where nothing is said, or {@code FREEZE}
     */
    public record Reason(@Nullable String reason, Vps.Suspension.@Nullable How how) {}

    @POST
    @Path("/vps/{id}/actions/{action}")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "suspend or resume a VPS, with a reason")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response act(
            @PathParam("id") String id,
            @PathParam("action") String action,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            Reason body) {
        Caller caller = callers.current();
        UUID vpsId = Ids.parse("VPS", id);
        Attempt attempt = new Attempt(caller, key, "staff/vps/" + vpsId + "/actions/" + action, body);
        return Answers.of(idempotency.once(attempt, () -> {
            Operation operation = switch (action) {
                case "suspend" ->
                    suspensions.suspend(
                            caller, vpsId, body.how() == null ? Vps.Suspension.How.STOP : body.how(), body.reason());
                case "resume" -> suspensions.resume(caller, vpsId, body.reason());
                default -> throw Problem.notFound("action");
            };
            return Effect.accepted(operation.path(), operation);
        }));
    }

    @GET
    @Path("/operations")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "Operations that need somebody, oldest first")
    public List<Operation> needingAttention() {
        return operations.needingAttention(callers.current());
    }

    /** What a text was found in. */
    public record Found(List<Account> accounts, List<Vps> vps, List<Node> nodes) {}

    @GET
    @Path("/search")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Find by address, name, mail address, VPS, node or external id")
    public Found search(@QueryParam("q") Optional<String> q) {
        Caller caller = callers.current();
        String text = q.orElse("").trim();
        if (text.isEmpty()) {
            return new Found(List.of(), List.of(), List.of());
        }
        return new Found(accounts.search(caller, text, 50), service.search(caller, text), nodes.search(text));
    }
}
