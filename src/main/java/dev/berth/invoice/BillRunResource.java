package dev.berth.invoice;

import dev.berth.platform.Callers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How far billing is, for staff. */
@Path("/api/admin/v1/bill-runs")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class BillRunResource {
    private final Callers callers;
    private final BillRuns runs;

    BillRunResource(Callers callers, BillRuns runs) {
        this.callers = callers;
        this.runs = runs;
    }

    /** @param due periods that a run would look at now */
    record Standing(long due, long parked, long failed, long inReview, List<Run> runs) {
        static Standing of(BillRuns.Standing s) {
            return new Standing(
                    s.due(),
                    s.parked(),
                    s.failed(),
                    s.inReview(),
                    s.runs().stream().map(Run::of).toList());
        }
    }

    /**
     * A run of one replica.
     *
     * @param state RUNNING, FINISHED or BROKEN_OFF
     * @param seenAt its last sign of life
     * @param periodId what it was at then
     */
    record Run(
            UUID id,
            String replica,
            String state,
            Instant startedAt,
            Instant seenAt,
            Optional<Instant> finishedAt,
            BillRuns.Counts counts,
            Optional<UUID> periodId,
            Optional<UUID> accountId) {
        static Run of(BillRuns.Run r) {
            return new Run(
                    r.id(),
                    r.replica(),
                    r.state().name(),
                    r.startedAt(),
                    r.seenAt(),
                    r.finishedAt(),
                    r.counts(),
                    r.at().map(at -> at.period().value()),
                    r.at().map(at -> at.account().value()));
        }
    }

    @GET
    @Operation(summary = "What waits to be billed, what is being done now, and what the last runs did")
    public Standing get() {
        return Standing.of(runs.standing(callers.current()));
    }
}
