package dev.berth.invoice;

import dev.berth.invoice.Horizon.Place;
import dev.berth.invoice.Horizon.Seen;
import dev.berth.invoice.Invoice.Totals;
import dev.berth.units.InvoiceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

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
    private final Earlier earlier;

    Bills(Drafts drafts, Corrections corrections, HorizonStore horizons, Earlier earlier) {
        this.drafts = drafts;
        this.corrections = corrections;
        this.horizons = horizons;
        this.earlier = earlier;
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
        for (Earlier.Look look : earlier.looks(due, kept)) {
            DuePeriod then = look.period();
            Drafts.Computed was = drafts.bill(due.account(), currency, then.span(), look.before());
            Drafts.Computed is = drafts.bill(due.account(), currency, then.span(), look.now());
            lines.addAll(corrections.lines(new Corrections.Of(due, then), was.lines(), is.lines(), lines));
            seen.put(then.id(), HorizonStore.only(is.seen(), look.before()));
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
}
