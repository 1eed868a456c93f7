package dev.berth.pages;

import dev.berth.fleet.Node;
import dev.berth.fleet.NodeService;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.MigrationService;
import dev.berth.vps.Move;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsMigration;
import dev.berth.vps.VpsService;
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
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: a VPS goes to another node, or back while it can. */
@Path("/staff/vps/{id}/moves")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffMovePages {
    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final MigrationService migrations;
    private final NodeService nodes;
    private final NameBook names;
    private final Once once;

    StaffMovePages(
            Frame frame,
            Callers callers,
            VpsService service,
            MigrationService migrations,
            NodeService nodes,
            NameBook names,
            Once once) {
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.migrations = migrations;
        this.nodes = nodes;
        this.names = names;
        this.once = once;
    }

    /** A move in the list, in words. */
    public record Row(VpsMigration move) {
        public String state() {
            return switch (move.state()) {
                case COPYING -> "its disk is copied";
                case SWITCHED -> "it is set up there";
                case RETURNING -> "it goes back";
                case SEALED -> "moved";
                case GAVE_UP -> "given up";
            };
        }

        public String tone() {
            return switch (move.state()) {
                case COPYING, SWITCHED, RETURNING -> "wait";
                case SEALED -> "ok";
                case GAVE_UP -> "off";
            };
        }

        /** Whether it can still be asked to go back. */
        public boolean revocable() {
            return move.state() == Move.State.COPYING || move.state() == Move.State.SWITCHED;
        }
    }

    /** The form on the page, with the key that makes it safe to send twice. */
    public record Sheet(Filled filled, String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance moves(Vps vps, List<Node> targets, List<Row> rows, Names names, Sheet sheet);
    }

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("id") String id) {
        return show(Ids.parse("VPS", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Caller caller = callers.current();
        Vps vps = service.get(caller, id);
        List<Row> rows = migrations.list(caller, id).stream().map(Row::new).toList();
        List<Node> targets = nodes.list().stream()
                .filter(node -> node.state() == Node.State.ACTIVE
                        && !node.id().equals(vps.node().id()))
                .toList();
        Names known = names.of(rows.stream().map(row -> row.move().createdBy()));
        return frame.show(Templates.moves(vps, targets, rows, known, new Sheet(filled, once.key())), "vps", status);
    }

    @POST
    @Operation(hidden = true)
    public Response begin(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID vps = Ids.parse("VPS", id);
        Form form = new Form(fields);
        try {
            return once.go(
                    form,
                    "staff/vps/" + vps + "/moves",
                    () -> "/operations/"
                            + migrations
                                    .begin(callers.current(), vps, form.text("node"), form.text("reason"))
                                    .operation()
                                    .id());
        } catch (Problem problem) {
            return show(vps, Filled.refused(form, problem), problem.status());
        }
    }

    @POST
    @Path("{move}/give-up")
    @Operation(hidden = true)
    public Response giveUp(
            @PathParam("id") String id, @PathParam("move") String move, MultivaluedMap<String, String> fields) {
        UUID vps = Ids.parse("VPS", id);
        UUID migration = Ids.parse("migration", move);
        Form form = new Form(fields);
        try {
            return once.go(form, "moves/" + migration + "/give-up", () -> {
                migrations.giveUp(callers.current(), vps, migration, form.text("reason"));
                return "/staff/vps/" + vps + "/moves";
            });
        } catch (Problem problem) {
            return show(vps, Filled.refused(form, problem), problem.status());
        }
    }
}
