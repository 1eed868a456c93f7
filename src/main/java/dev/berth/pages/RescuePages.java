package dev.berth.pages;

import dev.berth.fleet.Image;
import dev.berth.fleet.ImageService;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsRescue;
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
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Starts a VPS from a rescue system, and back. */
@Path("/vps/{id}/rescue")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class RescuePages {
    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final VpsRescue rescue;
    private final ImageService images;
    private final Once once;

    RescuePages(Frame frame, Callers callers, VpsService service, VpsRescue rescue, ImageService images, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.rescue = rescue;
        this.images = images;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance rescue(Vps vps, List<Image> others, Filled filled, String key);
    }

    private Vps vps(String id) {
        return service.get(callers.current(), Ids.parse("VPS", id));
    }

    private TemplateInstance page(Vps vps, Filled filled) {
        List<Image> others = images.available().stream()
                .filter(image -> !image.id().equals(vps.image().id()))
                .toList();
        return Templates.rescue(vps, others, filled, once.key());
    }

    @GET
    @Operation(hidden = true)
    public Response ask(@PathParam("id") String id) {
        return frame.show(page(vps(id), Filled.EMPTY), "home");
    }

    @POST
    @Operation(hidden = true)
    public Response enter(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Vps vps = vps(id);
        Form form = new Form(fields);
        try {
            Optional<UUID> image = Optional.of(form.text("image"))
                    .filter(text -> !text.isEmpty())
                    .map(text -> Ids.parse("image", text));
            return once.go(
                    form,
                    "vps/" + vps.id() + "/rescue",
                    () -> "/operations/"
                            + rescue.enter(callers.current(), vps.id(), image).id());
        } catch (Problem problem) {
            return frame.show(page(vps, Filled.refused(form, problem)), "home", problem.status());
        }
    }

    @POST
    @Path("leave")
    @Operation(hidden = true)
    public Response leave(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Vps vps = vps(id);
        return once.go(
                new Form(fields),
                "vps/" + vps.id() + "/rescue/leave",
                () -> "/operations/" + rescue.leave(callers.current(), vps.id()).id());
    }
}
