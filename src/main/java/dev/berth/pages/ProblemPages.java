package dev.berth.pages;

import dev.berth.platform.ErrorPages;
import dev.berth.platform.Traces;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.ForbiddenException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What went wrong, with the trace id and a way back. */
@ApplicationScoped
class ProblemPages implements ErrorPages {
    private static final Logger LOG = Logger.getLogger(ProblemPages.class);
    private final Frame frame;

    ProblemPages(Frame frame) {
        this.frame = frame;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance problem(Shown shown, String title);
    }

    @Override
    public Response show(Shown shown) {
        TemplateInstance page = Templates.problem(shown, title(shown.status()));
        try {
            return frame.show(page, "", shown.status());
        } catch (RuntimeException e) {
            // the database may be what failed: the shell asks it
            LOG.warn("error page without its shell", e);
            return frame.showBare(page, shown.status());
        }
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException e, UriInfo uri) {
        if (uri.getPath().startsWith("/api/")) {
            return Response.status(403).build();
        }
        return show(new Shown(403, "forbidden", "Your login does not have the right to see this.", Traces.current()));
    }

    private static String title(int status) {
        return switch (status) {
            case 403 -> "Not allowed";
            case 404 -> "Nothing here";
            case 405 -> "Not possible this way";
            case 409 -> "Not possible right now";
            case 402 -> "Payment needed";
            case 422 -> "Something is missing or wrong";
            default -> status >= 500 ? "A fault of ours" : "That did not work";
        };
    }
}
