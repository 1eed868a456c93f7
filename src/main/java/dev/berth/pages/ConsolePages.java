package dev.berth.pages;

import dev.berth.console.ConsoleTickets;
import dev.berth.console.ConsoleTickets.Ticket;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsService;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The terminal of one VPS in the browser. Staff open one in somebody else's with a reason, which its owner reads. */
@Path("/vps/{id}/console")
@Authenticated
@RunOnVirtualThread
public class ConsolePages {
    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final ConsoleTickets tickets;

    ConsolePages(Frame frame, Callers callers, VpsService service, ConsoleTickets tickets) {
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.tickets = tickets;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance console(Vps vps, boolean open, boolean wantsReason);
    }

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("id") String id) {
        Vps vps = vps(id);
        Caller caller = callers.current();
        boolean wantsReason = tickets.needsReason(caller, vps);
        return frame.show(
                Templates.console(vps, ConsoleTickets.opensIn(vps), wantsReason), caller.staff() ? "vps" : "home");
    }

    /** For the page's script: the ticket is in this answer and nowhere else. */
    @POST
    @Path("tickets")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response ticket(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Ticket ticket = tickets.issue(callers.current(), vps(id).id(), new Form(fields).text("reason"));
        return Response.ok(ticket).header("Cache-Control", "no-store").build();
    }

    private Vps vps(String id) {
        return service.get(callers.current(), Ids.parse("VPS", id));
    }
}
