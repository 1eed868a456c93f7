package dev.berth.fleet;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Images, for everybody. */
@Path("/api/v1/images")
@Tag(name = "image")
@PermitAll
@RunOnVirtualThread
public class ImageResource {
    private final ImageService images;

    ImageResource(ImageService images) {
        this.images = images;
    }

    @GET
    @Operation(summary = "Images a VPS can be made of")
    public List<Image> list() {
        return images.available();
    }
}
