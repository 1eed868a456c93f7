package dev.berth.pages;

import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What is for sale, for everybody. */
@Path("/")
@RunOnVirtualThread
public class PlanPages {
    private final Frame frame;
    private final CatalogService catalog;

    PlanPages(Frame frame, CatalogService catalog) {
        this.frame = frame;
        this.catalog = catalog;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance plans(List<Plan> plans);
    }

    @GET
    @Operation(hidden = true)
    public Response plans() {
        return frame.show(Templates.plans(catalog.listed()), "plans");
    }
}
