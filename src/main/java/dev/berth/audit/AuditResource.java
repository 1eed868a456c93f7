package dev.berth.audit;

import dev.berth.audit.AuditService.Query;
import dev.berth.audit.AuditService.Verification;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The trail for staff. */
@Path("/api/admin/v1/audit-events")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class AuditResource {
    private final AuditService audit;

    AuditResource(AuditService audit) {
        this.audit = audit;
    }

    @GET
    @Operation(summary = "Who did what, newest first; before is the last seq of the page before")
    public List<AuditEvent> list(
            @QueryParam("account") Optional<UUID> account,
            @QueryParam("subject") Optional<String> subject,
            @QueryParam("actor") Optional<String> actor,
            @QueryParam("before") Optional<Long> before,
            @QueryParam("limit") Optional<Integer> limit) {
        return audit.list(new Query(account, subject, actor, before.orElse(Long.MAX_VALUE)), limit.orElse(50));
    }

    @GET
    @Path("/verification")
    @Operation(summary = "Check the whole hash chain")
    public Verification verify() {
        return audit.verify();
    }
}
