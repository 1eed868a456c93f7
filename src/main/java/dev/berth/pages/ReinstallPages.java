package dev.berth.pages;

import dev.berth.fleet.Image;
import dev.berth.fleet.ImageService;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.SnapshotService;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Begins the disk of a VPS anew. */
@Path("/vps/{id}/reinstall")
@Authenticated
@RunOnVirtualThread
public class ReinstallPages {
    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final SnapshotService snapshots;
    private final ImageService images;
    private final Once once;

    ReinstallPages(
            Frame frame,
            Callers callers,
            VpsService service,
            SnapshotService snapshots,
            ImageService images,
            Once once) {
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.snapshots = snapshots;
        this.images = images;
        this.once = once;
    }

    /**
     * What can be chosen.
     *
     * @param others images besides the present one
     * @param ageing what is wrong with the present one
     * @param full whether no snapshot has a place any more
     */
    public record Choice(Vps vps, List<Image> others, Optional<Ageing> ageing, boolean full) {
        public Choice {
            others = List.copyOf(others);
        }
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance reinstall(Choice choice, Filled filled, String key);
    }

    private Choice choice(String id) {
        Caller caller = callers.current();
        Vps vps = service.get(caller, Ids.parse("VPS", id));
        List<Image> others = images.available().stream()
                .filter(image -> !image.id().equals(vps.image().id()))
                .toList();
        return new Choice(
                vps,
                others,
                Ageing.of(vps.image(), images),
                snapshots.list(caller, vps.id()).full());
    }

    @GET
    @Operation(hidden = true)
    public Response ask(@PathParam("id") String id) {
        Choice choice = choice(id);
        Filled first = Filled.with(choice.full() ? Map.of() : Map.of("before", "yes"));
        return frame.show(Templates.reinstall(choice, first, once.key()), "home");
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response reinstall(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Choice choice = choice(id);
        Form form = new Form(fields);
        UUID vps = choice.vps().id();
        try {
            SnapshotPages.requireName(form, choice.vps());
            Optional<UUID> image = Optional.of(form.text("image"))
                    .filter(text -> !text.isEmpty())
                    .map(text -> Ids.parse("image", text));
            return once.go(
                    form,
                    "vps/" + vps + "/reinstall",
                    () -> "/operations/"
                            + snapshots
                                    .reinstall(callers.current(), vps, image, SnapshotPages.ticked(form))
                                    .id());
        } catch (Problem problem) {
            Filled refused = Filled.refused(form, problem);
            return frame.show(Templates.reinstall(choice, refused, once.key()), "home", problem.status());
        }
    }
}
