package dev.berth.dunning;

import dev.berth.dunning.DunningDesk.Answer;
import dev.berth.dunning.DunningDesk.Asked;
import dev.berth.dunning.DunningDesk.CaseLine;
import dev.berth.dunning.DunningDesk.Query;
import dev.berth.dunning.DunningDesk.Stop;
import dev.berth.dunning.DunningService.Hold;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Suspensions for overdue invoices, for staff. */
@Path("/api/admin/v1/dunning")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class DunningAdminResource {
    private final Callers callers;
    private final DunningDesk desk;
    private final DunningService service;
    private final Idempotency idempotency;

    DunningAdminResource(Callers callers, DunningDesk desk, DunningService service, Idempotency idempotency) {
        this.callers = callers;
        this.desk = desk;
        this.service = service;
        this.idempotency = idempotency;
    }

    @GET
    @Path("/cases")
    @Operation(summary = "Accounts with something overdue, newest first")
    public Page<CaseLine> cases(
            @QueryParam("account") Optional<UUID> account,
            @QueryParam("withClosed") Optional<Boolean> withClosed,
            @QueryParam("limit") Optional<Integer> limit,
            @QueryParam("cursor") Optional<String> cursor) {
        return desk.list(
                callers.current(),
                new Query(account, Optional.empty(), withClosed.orElse(false)),
                Page.Ask.of(limit, cursor));
    }

    @GET
    @Path("/stops")
    @Operation(summary = "Where a run stopped to ask staff: those that wait first")
    public List<Stop> stops() {
        return desk.stops(callers.current());
    }

    @GET
    @Path("/stops/{stop}")
    @Operation(summary = "One question, with all that would happen")
    public Asked stop(@PathParam("stop") String stop) {
        return desk.stop(callers.current(), Ids.parse("question", stop));
    }

    @POST
    @Path("/stops/{stop}/{answer}")
    @Operation(
            summary = "approve or refuse a question, with a reason",
            description = "Refused: its accounts are held until holdUntil, then the ladder looks at them again.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Stop.class)))
    public Response answer(
            @PathParam("stop") String stop,
            @PathParam("answer") String answer,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            Answer body) {
        Caller caller = callers.current();
        UUID id = Ids.parse("question", stop);
        Attempt attempt = new Attempt(caller, key, "dunning/stops/" + id + "/" + answer, body);
        return Answers.of(idempotency.once(attempt, () -> {
            Stop decided = switch (answer) {
                case "approve" -> desk.approve(caller, id, body);
                case "refuse" -> desk.refuse(caller, id, body);
                default -> throw Problem.notFound("answer");
            };
            return new Effect(200, Optional.empty(), decided);
        }));
    }

    @POST
    @Path("/accounts/{id}/holds")
    @Operation(summary = "Hold an account's ladder until a time, with a reason")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = DunningView.class)))
    public Response hold(@PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Hold body) {
        Caller caller = callers.current();
        UUID account = Ids.parse("account", id);
        Attempt attempt = new Attempt(caller, key, "dunning/accounts/" + account + "/holds", body);
        return Answers.of(idempotency.once(
                attempt,
                () -> Effect.created("/api/v1/accounts/" + account + "/dunning", service.hold(caller, account, body))));
    }
}
