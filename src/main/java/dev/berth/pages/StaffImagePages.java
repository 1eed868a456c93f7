package dev.berth.pages;

import dev.berth.fleet.Image;
import dev.berth.fleet.ImageService;
import dev.berth.fleet.ImageService.Support;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.vps.ImageUse;
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
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: images, what rests on them, and until when their systems are mended. */
@Path("/staff/images")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffImagePages {
    private final Frame frame;
    private final Callers callers;
    private final ImageService images;
    private final ImageUse use;
    private final Once once;

    StaffImagePages(Frame frame, Callers callers, ImageService images, ImageUse use, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.images = images;
        this.use = use;
        this.once = once;
    }

    /** Why an image can be ordered, or cannot. */
    public enum Sale {
        FOR_SALE("for sale", "ok"),
        AT_ITS_END("past its end of life", "bad"),
        SUPERSEDED("a newer one has its name", "off"),
        RETIRED("retired", "off");

        private final String label;
        private final String tone;

        Sale(String label, String tone) {
            this.label = label;
            this.tone = tone;
        }

        public String label() {
            return label;
        }

        public String tone() {
            return tone;
        }
    }

    /** @param servers how many VPS rest on it */
    public record Row(Image image, long servers, Sale sale) {}

    /** The form on the page, with the key that makes it safe to send twice; only administrators have it. */
    public record Sheet(Filled filled, String key, boolean admin) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance images(List<Row> rows);

        static native TemplateInstance image(Row row, Sheet sheet);
    }

    @GET
    @Operation(hidden = true)
    public Response images() {
        Map<UUID, Long> servers = use.counts();
        Set<UUID> available = available();
        List<Row> rows = images.all().stream()
                .map(image -> row(image, servers, available))
                .toList();
        return frame.show(Templates.images(rows), "images");
    }

    private Set<UUID> available() {
        return images.available().stream().map(Image::id).collect(Collectors.toSet());
    }

    private Row row(Image image, Map<UUID, Long> servers, Set<UUID> available) {
        return new Row(image, servers.getOrDefault(image.id(), 0L), sale(image, available));
    }

    private Sale sale(Image image, Set<UUID> available) {
        if (available.contains(image.id())) {
            return Sale.FOR_SALE;
        }
        if (image.retiredAt().isPresent()) {
            return Sale.RETIRED;
        }
        return image.soldOn(images.today()) ? Sale.SUPERSEDED : Sale.AT_ITS_END;
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response image(@PathParam("id") String id) {
        Image image = images.get(Ids.parse("image", id));
        Map<String, String> typed = Map.of(
                "endOfLife",
                image.endOfLife().map(LocalDate::toString).orElse(""),
                "sold",
                image.soldAfterEndOfLife() ? "yes" : "");
        return show(image, Filled.with(typed), 200);
    }

    private Response show(Image image, Filled filled, int status) {
        Row row = row(image, use.counts(), available());
        Sheet sheet = new Sheet(filled, once.key(), callers.current().has(Role.ADMIN));
        return frame.show(Templates.image(row, sheet), "images", status);
    }

    @POST
    @Path("{id}")
    @RolesAllowed("admin")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response change(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID image = Ids.parse("image", id);
        Form form = new Form(fields);
        Support wanted = new Support(form.text("endOfLife"), form.text("sold").equals("yes"));
        try {
            return once.go(form, "staff/images/" + image, () -> {
                images.change(callers.current(), image, wanted);
                return "/staff/images/" + image;
            });
        } catch (Problem problem) {
            return show(images.get(image), Filled.refused(form, problem), problem.status());
        }
    }
}
