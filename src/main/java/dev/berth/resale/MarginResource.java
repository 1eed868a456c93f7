package dev.berth.resale;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.units.Amount;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What is left between what a reseller earns and what it pays. */
@Path("/api/v1/margin-report")
@Tag(name = "reseller")
@Authenticated
@RunOnVirtualThread
public class MarginResource {
    private final Callers callers;
    private final MarginReport report;

    MarginResource(Callers callers, MarginReport report) {
        this.callers = callers;
        this.report = report;
    }

    /** @param evidence the readings that it rests on: {@code node#first-last}, one for each node */
    public record MarginLine(UUID invoiceId, String invoice, int line, String label, String evidence, Amount amount) {
        static MarginLine of(Margin.Line line) {
            return new MarginLine(
                    line.bill(), line.invoice(), line.n(), line.label(), line.evidence(), Amount.of(line.amount()));
        }
    }

    /**
     * @param periodFrom of the reseller's billing period; where earlier use is corrected, of the period that it was in
     * @param what a meter, or FEE for what time and set-up cost
     * @param sameReadings whether the lines of both sides rest on the same readings
     */
    public record MarginRow(
            UUID subscriptionId,
            UUID vpsId,
            Instant periodFrom,
            Instant periodTo,
            String what,
            List<MarginLine> retail,
            List<MarginLine> wholesale,
            Amount earned,
            Amount paid,
            Amount margin,
            boolean sameReadings) {
        static MarginRow of(Margin.Row row) {
            return new MarginRow(
                    row.key().subscription(),
                    row.key().vps(),
                    row.key().period().from(),
                    row.key().period().to(),
                    row.key().what(),
                    row.retail().stream().map(MarginLine::of).toList(),
                    row.wholesale().stream().map(MarginLine::of).toList(),
                    Amount.of(row.earned()),
                    Amount.of(row.paid()),
                    Amount.of(row.margin()),
                    row.sameReadings());
        }
    }

    public record MarginTotals(List<MarginRow> rows, Amount earned, Amount paid, Amount margin) {
        static MarginTotals of(Margin margin) {
            return new MarginTotals(
                    margin.rows().stream().map(MarginRow::of).toList(),
                    Amount.of(margin.earned()),
                    Amount.of(margin.paid()),
                    Amount.of(margin.margin()));
        }
    }

    @GET
    @Operation(
            summary = "What the reseller earned and paid for each measurement of a closed billing period",
            description = "Without tax. Lines of both bills for the same subscription and meter are one row; the newest"
                    + " closed period where no invoice is named.")
    public MarginTotals report(@QueryParam("invoice") Optional<String> invoice) {
        return MarginTotals.of(report.of(callers.current(), invoice.map(id -> Ids.parse("invoice", id))));
    }
}
