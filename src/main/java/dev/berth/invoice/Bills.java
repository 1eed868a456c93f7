package dev.berth.invoice;

import dev.berth.invoice.Horizon.Place;
import dev.berth.invoice.Horizon.Seen;
import dev.berth.invoice.Invoice.Totals;
import dev.berth.units.InvoiceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Computes a period's whole bill: what its own time costs, and what readings that came late change of earlier periods that are
 * closed. A closed period is computed with what was known when it was closed. Writes nothing.
 *
 * <p>An earlier period's time is computed twice, as far as it was looked at the last time and as far as is known now; what differs
 * is a line. Differences add up, so the order in which readings come does not matter.
 */
@ApplicationScoped
class Bills {
    private final Drafts drafts;
    private final Corrections corrections;
    private final HorizonStore horizons;
    private final PeriodStore periods;
    private final Period reach;

    Bills(
            Drafts drafts,
            Corrections corrections,
            HorizonStore horizons,
            PeriodStore periods,
            @ConfigProperty(name = "berth.billing.corrections-for") Period reach) {
        this.drafts = drafts;
        this.corrections = corrections;
        this.horizons = horizons;
        this.periods = periods;
        this.reach = reach;
    }

    /**
     * @param seen how far readings were looked at: by period, its own first
     */
    record Bill(List<InvoiceLine> lines, Map<InvoiceId, Map<Place, Seen>> seen) {
        Bill {
            lines = List.copyOf(lines);
        }
    }

    /** @param span the period's own, or as much of it as has passed */
    Bill of(DuePeriod due, Currency currency, Span span) {
        Map<UUID, Horizon> kept = due.closed() ? horizons.of(due) : Map.of();
        Drafts.Computed own = drafts.bill(due.account(), currency, span, own(due, kept, span));
        List<InvoiceLine> lines = new ArrayList<>(own.lines());
        Map<InvoiceId, Map<Place, Seen>> seen = new LinkedHashMap<>();
        seen.put(due.id(), own.seen());
        for (DuePeriod earlier : corrected(due, kept)) {
            Horizon before = horizons.before(due, earlier.id());
            Horizon now = Optional.ofNullable(kept.get(earlier.id().value()))
                    .orElseGet(() -> horizons.now(due.account(), earlier.period()));
            Drafts.Computed was = drafts.bill(due.account(), currency, earlier.span(), before);
            Drafts.Computed is = drafts.bill(due.account(), currency, earlier.span(), now);
            lines.addAll(corrections.lines(new Corrections.Of(due, earlier), was.lines(), is.lines(), lines));
            seen.put(earlier.id(), HorizonStore.only(is.seen(), before));
        }
        // no bill is below nothing: what would make it so waits for one that can bear it
        return Totals.net(lines, currency).minor() < 0 && seen.size() > 1
                ? new Bill(own.lines(), Map.of(due.id(), own.seen()))
                : new Bill(lines, seen);
    }

    /** Of a closed period what it was computed with; all that has come of one whose readings are known to be there. */
    private Horizon own(DuePeriod due, Map<UUID, Horizon> kept, Span span) {
        boolean ungated = !due.closed() && due.released().isPresent();
        return ungated
                ? horizons.now(due.account(), span.period())
                : kept.getOrDefault(due.id().value(), Horizon.NOW);
    }

    private List<DuePeriod> corrected(DuePeriod due, Map<UUID, Horizon> kept) {
        List<UUID> ids = due.closed()
                ? kept.keySet().stream()
                        .filter(id -> !id.equals(due.id().value()))
                        .toList()
                : horizons.late(due, since(due));
        return ids.stream()
                .map(id -> periods.find(new InvoiceId(id)))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(period -> period.period().from()))
                .toList();
    }

    private Instant since(DuePeriod due) {
        return due.period().from().atZone(ZoneOffset.UTC).minus(reach).toInstant();
    }
}
