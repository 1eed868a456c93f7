package dev.berth.pages;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnCatalog;
import dev.berth.order.AddOnChanges;
import dev.berth.order.AddOnChanges.Preview;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsAddOns.Has;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** More or less beside a VPS' plan: first what it means, then the button. */
@Path("/vps/{id}/add-ons")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class AddOnPages {
    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final AddOnCatalog catalog;
    private final AddOnChanges changes;
    private final Once once;

    AddOnPages(
            Frame frame, Callers callers, VpsService service, AddOnCatalog catalog, AddOnChanges changes, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.catalog = catalog;
        this.changes = changes;
        this.once = once;
    }

    /** @param addOn in the version that it has, else in the one for sale */
    public record Offer(AddOn addOn, int units) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance shelf(Vps vps, List<Offer> offers);

        static native TemplateInstance preview(Vps vps, Preview preview, Filled filled, String key);
    }

    private Vps vps(String id) {
        return service.get(callers.current(), Ids.parse("VPS", id));
    }

    @GET
    @Operation(hidden = true)
    public Response shelf(@PathParam("id") String id) {
        Vps vps = vps(id);
        List<Has> has = changes.of(callers.current(), vps.id());
        List<Offer> offers = new ArrayList<>();
        has.forEach(one -> offers.add(new Offer(one.addOn(), one.units())));
        catalog.listed(vps.plan().versionId()).stream()
                .filter(addOn -> addOn.kind() != AddOn.Kind.CPU_CREDIT)
                .filter(addOn -> has.stream().noneMatch(one -> one.addOn().id().equals(addOn.id())))
                .forEach(addOn -> offers.add(new Offer(addOn, 0)));
        return frame.show(Templates.shelf(vps, offers), "home");
    }

    @GET
    @Path("{slug}")
    @Operation(hidden = true)
    public Response preview(
            @PathParam("id") String id, @PathParam("slug") String slug, @QueryParam("units") Optional<String> units) {
        return frame.show(page(vps(id), slug, units(units.orElse("1")), Filled.EMPTY), "home");
    }

    private static int units(String text) {
        return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : -1;
    }

    private TemplateInstance page(Vps vps, String slug, int units, Filled filled) {
        return Templates.preview(vps, changes.preview(callers.current(), vps.id(), slug, units), filled, once.key());
    }

    @POST
    @Path("{slug}")
    @Operation(hidden = true)
    public Response change(
            @PathParam("id") String id, @PathParam("slug") String slug, MultivaluedMap<String, String> fields) {
        Vps vps = vps(id);
        Form form = new Form(fields);
        int units = units(form.text("units"));
        try {
            return once.go(
                    form,
                    "vps/" + vps.id() + "/add-ons/" + slug,
                    () -> "/operations/"
                            + changes.change(callers.current(), vps.id(), slug, units)
                                    .id());
        } catch (Problem problem) {
            Filled filled = Filled.refused(form, problem);
            return frame.show(page(vps, slug, units, filled), "home", problem.status());
        }
    }
}
