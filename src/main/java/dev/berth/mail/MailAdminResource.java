package dev.berth.mail;

import dev.berth.mail.Outbox.Query;
import dev.berth.mail.OutboxMail.State;
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
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The outbox for staff. */
@Path("/api/admin/v1/mails")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class MailAdminResource {
    private final Callers callers;
    private final Outbox outbox;
    private final Idempotency idempotency;

    MailAdminResource(Callers callers, Outbox outbox, Idempotency idempotency) {
        this.callers = callers;
        this.outbox = outbox;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "Mail that goes out: what was sent when, and what could not be; newest first")
    public Page<MailJson.Summary> list(
            @QueryParam("state") Optional<String> state,
            @QueryParam("account") Optional<String> account,
            @QueryParam("limit") Optional<Integer> limit,
            @QueryParam("cursor") Optional<String> cursor) {
        Query query = new Query(state.map(MailAdminResource::state), account.map(text -> Ids.parse("account", text)));
        Page<OutboxMail> page = outbox.list(callers.current(), query, Page.Ask.of(limit, cursor));
        return new Page<>(page.items().stream().map(MailJson.Summary::of).toList(), page.nextCursor());
    }

    private static State state(String text) {
        return Arrays.stream(State.values())
                .filter(state -> state.name().equals(text))
                .findFirst()
                .orElseThrow(() -> Problem.invalid("state", "must be QUEUED, SENT or FAILED"));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "A mail with its text and every attempt to send it")
    public MailJson.Full get(@PathParam("id") String id) {
        return MailJson.Full.of(outbox.get(callers.current(), Ids.parse("mail", id)), outbox.configured());
    }

    /** @param reason stands in the trail */
    public record SendAgain(@Nullable String reason) {}

    @POST
    @Path("/{id}/actions/send-again")
    @Operation(summary = "Send a mail once more, whether it arrived or not, with a reason")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = MailJson.Full.class)))
    public Response sendAgain(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, SendAgain body) {
        Caller caller = callers.current();
        UUID mail = Ids.parse("mail", id);
        Attempt attempt = new Attempt(caller, key, "mails/" + mail + "/send-again", body);
        return Answers.of(idempotency.once(
                attempt,
                () -> Effect.ok(MailJson.Full.of(outbox.sendAgain(caller, mail, body.reason()), outbox.configured()))));
    }
}
