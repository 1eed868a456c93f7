package dev.berth.catalog;

import dev.berth.platform.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Plans, for everybody. */
@Path("/api/v1/plans")
@Tag(name = "plan")
@PermitAll
@RunOnVirtualThread
public class CatalogResource {
    private final CatalogService catalog;

    CatalogResource(CatalogService catalog) {
        this.catalog = catalog;
    }

    @GET
    @Operation(summary = "Plans for sale with their prices")
    public List<Plan> list() {
        return catalog.listed();
    }

    @GET
    @Path("/{slug}")
    @Operation(summary = "One plan")
    public Plan get(@PathParam("slug") String slug) {
        return catalog.bySlug(slug).orElseThrow(() -> Problem.notFound("plan"));
    }
}
