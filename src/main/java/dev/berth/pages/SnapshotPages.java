package dev.berth.pages;

import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.Snapshot;
import dev.berth.vps.SnapshotService;
import dev.berth.vps.SnapshotService.Listed;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Snapshots of one VPS: taken, restored and deleted. */
@Path("/vps/{id}/snapshots")
@Authenticated
@RunOnVirtualThread
public class SnapshotPages {
    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final SnapshotService snapshots;
    private final NameBook names;
    private final Once once;

    SnapshotPages(
            Frame frame, Callers callers, VpsService service, SnapshotService snapshots, NameBook names, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.snapshots = snapshots;
        this.names = names;
        this.once = once;
    }

    /** One snapshot and the VPS it is of. */
    public record Chosen(Vps vps, Snapshot snapshot, boolean full) {
        /** Whether what is there now can be kept in the same go. */
        public boolean keepable() {
            return !full && vps.image().id().equals(snapshot.image().id());
        }
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance snapshots(Vps vps, Listed listed, Names names, Filled filled, String key);

        static native TemplateInstance restore(Chosen chosen, Filled filled, String key);

        static native TemplateInstance remove(Chosen chosen, Filled filled, String key);
    }

    private Vps vps(String id) {
        return service.get(caller(), Ids.parse("VPS", id));
    }

    private Caller caller() {
        return callers.current();
    }

    private Chosen chosen(String id, String snapshot) {
        Vps vps = vps(id);
        return new Chosen(
                vps,
                snapshots.get(caller(), vps.id(), Ids.parse("snapshot", snapshot)),
                snapshots.list(caller(), vps.id()).full());
    }

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("id") String id) {
        return frame.show(page(vps(id), Filled.EMPTY), "home");
    }

    private TemplateInstance page(Vps vps, Filled filled) {
        Listed listed = snapshots.list(caller(), vps.id());
        Names known = names.of(listed.items().stream().map(Snapshot::createdBy));
        return Templates.snapshots(vps, listed, known, filled, once.key());
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response take(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Vps vps = vps(id);
        Form form = new Form(fields);
        try {
            return go(
                    form,
                    "vps/" + vps.id() + "/snapshots",
                    () -> snapshots
                            .take(caller(), vps.id(), form.text("name"))
                            .operation()
                            .id());
        } catch (Problem problem) {
            return frame.show(page(vps, Filled.refused(form, problem)), "home", problem.status());
        }
    }

    private Response go(Form form, String action, Supplier<UUID> work) {
        return once.go(form, action, () -> "/operations/" + work.get());
    }

    @GET
    @Path("{snapshot}/restore")
    @Operation(hidden = true)
    public Response askRestore(@PathParam("id") String id, @PathParam("snapshot") String snapshot) {
        Chosen chosen = chosen(id, snapshot);
        Filled first = Filled.with(chosen.keepable() ? Map.of("before", "yes") : Map.of());
        return frame.show(Templates.restore(chosen, first, once.key()), "home");
    }

    /** Needs the name to be typed, because what was written since is lost where no snapshot is taken before. */
    @POST
    @Path("{snapshot}/restore")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response restore(
            @PathParam("id") String id, @PathParam("snapshot") String snapshot, MultivaluedMap<String, String> fields) {
        Chosen chosen = chosen(id, snapshot);
        Form form = new Form(fields);
        UUID vps = chosen.vps().id();
        UUID source = chosen.snapshot().id();
        try {
            requireName(form, chosen.vps());
            return go(
                    form,
                    "snapshots/" + source + "/restore",
                    () -> snapshots.restore(caller(), vps, source, ticked(form)).id());
        } catch (Problem problem) {
            Filled refused = Filled.refused(form, problem);
            return frame.show(Templates.restore(chosen, refused, once.key()), "home", problem.status());
        }
    }

    static void requireName(Form form, Vps vps) {
        if (!form.text("name").equals(vps.hostname())) {
            throw Problem.invalid("name", "is not its name");
        }
    }

    static boolean ticked(Form form) {
        return form.text("before").equals("yes");
    }

    @GET
    @Path("{snapshot}/delete")
    @Operation(hidden = true)
    public Response askRemove(@PathParam("id") String id, @PathParam("snapshot") String snapshot) {
        return frame.show(Templates.remove(chosen(id, snapshot), Filled.EMPTY, once.key()), "home");
    }

    @POST
    @Path("{snapshot}/delete")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response remove(
            @PathParam("id") String id, @PathParam("snapshot") String snapshot, MultivaluedMap<String, String> fields) {
        Chosen chosen = chosen(id, snapshot);
        Form form = new Form(fields);
        UUID vps = chosen.vps().id();
        UUID gone = chosen.snapshot().id();
        try {
            return go(
                    form,
                    "snapshots/" + gone + "/delete",
                    () -> snapshots.remove(caller(), vps, gone).id());
        } catch (Problem problem) {
            Filled refused = Filled.refused(form, problem);
            return frame.show(Templates.remove(chosen, refused, once.key()), "home", problem.status());
        }
    }
}
