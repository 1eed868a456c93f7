package dev.berth.pages;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.resale.Margin;
import dev.berth.resale.MarginReport;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A reseller's bill for its customers beside theirs, line by line. */
@Path("/billing/margin")
@Authenticated
@RunOnVirtualThread
public class MarginPages {
    private final Frame frame;
    private final Callers callers;
    private final MarginReport report;

    MarginPages(Frame frame, Callers callers, MarginReport report) {
        this.frame = frame;
        this.callers = callers;
        this.report = report;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance margin(Margin margin);
    }

    @GET
    @Operation(hidden = true)
    public Response margin(@QueryParam("invoice") Optional<String> invoice) {
        Margin margin = report.of(callers.current(), invoice.map(id -> Ids.parse("invoice", id)));
        return frame.show(Templates.margin(margin), "billing");
    }
}
