package dev.berth.account;

import io.quarkus.security.Authenticated;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The ways in. Nothing is shown here: who is not logged in is sent to the identity server and comes back. */
@Path("/")
public class LoginPages {
    private static final URI HOME = URI.create("/home");

    /** Sends a visitor to the login form, and whoever is logged in to the home page. */
    @GET
    @Path("login")
    @Authenticated
    @Operation(hidden = true)
    public Response login() {
        return Response.seeOther(HOME).build();
    }

    /** Where the identity server sends the browser back to, before the page that was asked for is restored. */
    @GET
    @Path("login/done")
    @Authenticated
    @Operation(hidden = true)
    public Response done() {
        return Response.seeOther(HOME).build();
    }

    /** The registration form: OpenID Connect's {@code prompt=create}, passed on by the code flow. */
    @GET
    @Path("signup")
    @Operation(hidden = true)
    public Response signUp() {
        return Response.seeOther(URI.create("/login?prompt=create")).build();
    }
}
