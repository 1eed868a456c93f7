package dev.berth.fleet;

import dev.berth.fleet.ImageService.Label;
import dev.berth.fleet.ImageService.Registered;
import dev.berth.fleet.ImageService.Support;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Images for staff. Registering needs no Idempotency-Key: the digest of the bytes is one. */
@Path("/api/admin/v1/images")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class ImageAdminResource {
    private final Callers callers;
    private final ImageService images;

    ImageAdminResource(Callers callers, ImageService images) {
        this.callers = callers;
        this.images = images;
    }

    @GET
    @Operation(summary = "All images, retired ones included")
    public List<Image> list() {
        return images.all();
    }

    /** What is said of an archive: its body is the archive. */
    public static final class Headers {
        @HeaderParam("X-Image-Name")
        @Nullable
        String name;

        @HeaderParam("X-Image-Distribution")
        @Nullable
        String distribution;

        @HeaderParam("X-Image-Release")
        @Nullable
        String release;

        @HeaderParam("X-Image-Signature")
        @Parameter(description = "Architecture, id of the key and Ed25519 signature, with blanks between")
        @Nullable
        String signature;

        @HeaderParam("X-Image-End-Of-Life")
        @Parameter(
                description = "Last day with security updates, such as 2028-06-30; known of some releases without it")
        @Nullable
        String endOfLife;

        Label label() {
            return new Label(name, distribution, release, signature, endOfLife);
        }
    }

    @POST
    @RolesAllowed("admin")
    @Consumes({"application/gzip", "application/octet-stream"})
    @Operation(summary = "Register an image: the body is a gzip-compressed tar of a root file system")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = Image.class)))
    public Response register(@BeanParam Headers headers, InputStream archive) {
        Registered registered = images.register(callers.current(), headers.label(), archive);
        return Response.status(registered.created() ? 201 : 200)
                .entity(registered.image())
                .build();
    }

    @PUT
    @Path("/{id}")
    @RolesAllowed("admin")
    @Operation(
            summary = "Say until when an image's system gets security updates, and whether it is sold afterwards",
            description = "Replaces both: a day that is missing is taken away. VPS made of it run on.")
    public Image change(@PathParam("id") String id, Support body) {
        return images.change(callers.current(), Ids.parse("image", id), body);
    }
}
