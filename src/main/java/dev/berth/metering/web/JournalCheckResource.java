package dev.berth.metering.web;

import dev.berth.metering.store.JournalCheck;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Whether a node's journal still is what the node sent and signed. */
@Path("/api/admin/v1/nodes/{id}/journal-check")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class JournalCheckResource {
    private static final int USUAL_LIMIT = 20_000;

    private final JournalCheck journals;

    JournalCheckResource(JournalCheck journals) {
        this.journals = journals;
    }

    @GET
    @Operation(
            summary =
                    "Walk a node's stored journal and name the first record that does not fit: hashes, links, signatures")
    public JournalCheck.Result check(
            @PathParam("id") String id,
            @QueryParam("from") Optional<Long> from,
            @QueryParam("limit") Optional<Integer> limit) {
        long first = from.orElse(1L);
        int most = limit.orElse(USUAL_LIMIT);
        if (first < 1) {
            throw Problem.invalid("from", "must be positive");
        }
        if (most < 1 || most > JournalCheck.MAX_RECORDS) {
            throw Problem.invalid("limit", "must be from 1 to " + JournalCheck.MAX_RECORDS);
        }
        return journals.check(Ids.parse("node", id), first, most);
    }
}
