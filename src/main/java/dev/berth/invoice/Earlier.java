package dev.berth.invoice;

import dev.berth.platform.Memo;
import dev.berth.units.InvoiceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Which closed periods a bill corrects. Within one piece of work the answer stays the same: what the gate has looked at is what is billed. */
@ApplicationScoped
class Earlier {
    private final HorizonStore horizons;
    private final PeriodStore periods;
    private final CorrectionReach reach;
    private final Billed billed;

    Earlier(HorizonStore horizons, PeriodStore periods, CorrectionReach reach, Billed billed) {
        this.billed = billed;
        this.horizons = horizons;
        this.periods = periods;
        this.reach = reach;
    }

    /**
     * An earlier period whose time is looked at again.
     *
     * @param before how far it was looked at the last time
     * @param now how far it is looked at for this bill
     */
    record Look(DuePeriod period, Horizon before, Horizon now) {}

    /**
     * Oldest first.
     *
     * @param kept what a closed period was computed with; empty for one that is open
     */
    List<Look> looks(DuePeriod due, Map<UUID, Horizon> kept) {
        return Memo.once(
                Earlier.class,
                due,
                () -> ids(due, kept).stream()
                        .map(id -> periods.find(new InvoiceId(id)))
                        .flatMap(Optional::stream)
                        .filter(period -> due.closed() || sameSeller(due, period))
                        .sorted(Comparator.comparing(period -> period.period().from()))
                        .map(period -> look(due, period, kept))
                        .toList());
    }

    private List<UUID> ids(DuePeriod due, Map<UUID, Horizon> kept) {
        return due.closed()
                ? kept.keySet().stream()
                        .filter(id -> !id.equals(due.id().value()))
                        .toList()
                : horizons.late(due, reach.before(due.period().from()));
    }

    /** What was billed by the house is no money of the reseller, whose the customer's later bills are. */
    private boolean sameSeller(DuePeriod due, DuePeriod earlier) {
        return billed.retail(due.account(), due.period()) == billed.retail(due.account(), earlier.period());
    }

    private Look look(DuePeriod due, DuePeriod period, Map<UUID, Horizon> kept) {
        Horizon before = horizons.before(due, period.id());
        Horizon now = Optional.ofNullable(kept.get(period.id().value()))
                .orElseGet(() -> horizons.now(due.account(), period.period()).as(before, horizons.told(period.id())));
        return new Look(period, before, now);
    }
}
