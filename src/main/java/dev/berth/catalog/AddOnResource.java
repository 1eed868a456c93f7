package dev.berth.catalog;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Add-ons, for everybody. */
@Path("/api/v1/add-ons")
@Tag(name = "plan")
@PermitAll
@RunOnVirtualThread
public class AddOnResource {
    private final AddOnCatalog addOns;

    AddOnResource(AddOnCatalog addOns) {
        this.addOns = addOns;
    }

    @GET
    @Operation(summary = "What a VPS can have beside its plan, with prices")
    public List<AddOn> list() {
        return addOns.listed();
    }
}
