package dev.berth.pages;

import dev.berth.audit.AuditEvent;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Query;
import dev.berth.audit.AuditService.Verification;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: who did what, and whether the trail is whole. */
@Path("/staff/audit")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffAuditPages {
    private static final int LISTED = 100;
    private final Frame frame;
    private final AuditService audit;

    private final NameBook names;

    StaffAuditPages(Frame frame, AuditService audit, NameBook names) {
        this.names = names;
        this.frame = frame;
        this.audit = audit;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance audit(
                List<AuditEvent> events, Names names, Verification chain, Optional<Long> next);
    }

    @GET
    @Operation(hidden = true)
    public Response audit(@QueryParam("before") Optional<Long> before) {
        Query query = before.map(Query.ALL::before).orElse(Query.ALL);
        List<AuditEvent> events = audit.list(query, LISTED);
        Optional<Long> next = events.size() < LISTED
                ? Optional.empty()
                : Optional.of(events.getLast().seq());
        Names known = names.of(events.stream().map(AuditEvent::actor));
        return frame.show(Templates.audit(events, known, audit.verify(), next), "audit");
    }
}
