package dev.berth.console;

import dev.berth.console.ConsoleTickets.Ticket;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Tickets for consoles. */
@Path("/api/v1/vps/{id}/console-tickets")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class ConsoleResource {
    private final Callers callers;
    private final ConsoleTickets tickets;

    ConsoleResource(Callers callers, ConsoleTickets tickets) {
        this.callers = callers;
        this.tickets = tickets;
    }

    /** @param reason wanted of staff only; the owner reads it */
    public record Wanted(@Nullable String reason) {}

    /** Not idempotent by key: a ticket is told once, and one that was lost is good for half a minute only. */
    @POST
    @Operation(
            summary =
                    "A ticket for one console, good for 30 seconds: the first text message on the WebSocket /console is"
                            + " {\"ticket\", \"columns\", \"rows\"}")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = Ticket.class)))
    public Response issue(@PathParam("id") String id, @Nullable Wanted body) {
        String reason = body == null ? null : body.reason();
        Ticket ticket = tickets.issue(callers.current(), Ids.parse("VPS", id), reason);
        return Response.status(Response.Status.CREATED)
                .entity(ticket)
                .header("Cache-Control", "no-store")
                .build();
    }
}
