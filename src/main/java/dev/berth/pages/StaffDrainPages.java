package dev.berth.pages;

import dev.berth.drain.Drain;
import dev.berth.drain.DrainService;
import dev.berth.drain.DrainService.NewDrain;
import dev.berth.drain.DrainService.Report;
import dev.berth.drain.DrainedVps;
import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.vps.Move;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Staff: a node is emptied, and how far that is. */
@Path("/staff/nodes/{id}/drains")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffDrainPages {
    private final Frame frame;
    private final Callers callers;
    private final NodeService nodes;
    private final DrainService drains;
    private final NameBook names;
    private final Once once;

    StaffDrainPages(Frame frame, Callers callers, NodeService nodes, DrainService drains, NameBook names, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.nodes = nodes;
        this.drains = drains;
        this.names = names;
        this.once = once;
    }

    /** A VPS in the list, in words. */
    public record Row(DrainedVps vps) {
        public String state() {
            return switch (vps.state()) {
                case WAITING -> vps.cause().isPresent() ? "will be tried again" : "waits for its turn";
                case MOVING -> "moving to " + vps.to().orElse("another node");
                case MOVED -> "moved to " + vps.to().orElse("another node");
                case REFUSED -> "stays";
                case LEFT -> "not begun";
            };
        }

        public String tone() {
            return switch (vps.state()) {
                case WAITING, LEFT -> "off";
                case MOVING -> "wait";
                case MOVED -> "ok";
                case REFUSED -> "bad";
            };
        }

        /** What there is to know of it; empty for nothing. */
        public String more() {
            return vps.cause().orElseGet(() -> vps.state() == DrainedVps.State.MOVING ? way() : "");
        }

        private String way() {
            return switch (vps.migration().orElse(Move.State.COPYING)) {
                case COPYING -> "It is shut down and its disk is copied: %d MiB so far.".formatted(vps.mebibytes());
                case SWITCHED -> "Its disk has arrived and it is set up there.";
                case RETURNING -> "It goes back.";
                case SEALED, GAVE_UP -> "";
            };
        }
    }

    /** The part that changes. */
    public record Live(Drain drain, List<Row> rows, Names names) {
        static Live of(Report report, Names names) {
            return new Live(report.drain(), report.vps().stream().map(Row::new).toList(), names);
        }

        public boolean stoppable() {
            return drain.state() == Drain.State.RUNNING;
        }

        public long ended() {
            return drain.counts().moved()
                    + drain.counts().refused()
                    + drain.counts().left();
        }
    }

    /** The form on the page, with the key that makes it safe to send twice; only administrators have it. */
    public record Sheet(Filled filled, String key, boolean admin) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance drains(Node node, List<Node> targets, Optional<Live> last, Sheet sheet);

        static native TemplateInstance live(Live live);
    }

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("id") String id) {
        return show(Ids.parse("node", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Node node = nodes.byId(id);
        List<Node> targets = nodes.list().stream()
                .filter(other ->
                        other.state() == Node.State.ACTIVE && !other.id().equals(id))
                .toList();
        Optional<Live> last =
                drains.list(callers.current(), id).stream().findFirst().map(drain -> live(id, drain.id()));
        Sheet sheet = new Sheet(filled, once.key(), callers.current().has(Role.ADMIN));
        return frame.show(Templates.drains(node, targets, last, sheet), "nodes", status);
    }

    private Live live(UUID node, UUID drain) {
        Report report = drains.report(callers.current(), node, drain);
        return Live.of(report, names.of(Stream.of(report.drain().createdBy())));
    }

    /** The part that changes; it asks for itself again until all has ended. */
    @GET
    @Path("{drain}/live")
    @Operation(hidden = true)
    public Response live(@PathParam("id") String id, @PathParam("drain") String drain) {
        return frame.part(Templates.live(live(Ids.parse("node", id), Ids.parse("drain", drain))));
    }

    @POST
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response begin(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID node = Ids.parse("node", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/nodes/" + node + "/drains", () -> {
                drains.begin(callers.current(), node, wanted(form));
                return "/staff/nodes/" + node + "/drains";
            });
        } catch (Problem problem) {
            return show(node, Filled.refused(form, problem), problem.status());
        }
    }

    private static NewDrain wanted(Form form) {
        String atOnce = form.text("atOnce");
        List<@Nullable String> targets = new ArrayList<>(form.fields().getOrDefault("targets", List.of()));
        return new NewDrain(form.text("reason"), targets, atOnce.matches("[0-9]{1,2}") ? Integer.valueOf(atOnce) : 0);
    }

    @POST
    @Path("{drain}/stop")
    @Operation(hidden = true)
    public Response stop(
            @PathParam("id") String id, @PathParam("drain") String drain, MultivaluedMap<String, String> fields) {
        UUID node = Ids.parse("node", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "drains/" + drain + "/stop", () -> {
                drains.stop(callers.current(), node, Ids.parse("drain", drain));
                return "/staff/nodes/" + node + "/drains";
            });
        } catch (Problem problem) {
            return show(node, Filled.refused(form, problem), problem.status());
        }
    }
}
