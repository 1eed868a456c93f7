package dev.berth.invoice;

import dev.berth.units.AccountId;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A subscription as billing sees it.
 *
 * @param to empty while it goes on
 * @param generation of what is wanted of the VPS now; of the tombstone when it is deleted
 * @param gone whether the node has shown that nothing is left of the context
 * @param deletedAt when the VPS was deleted
 */
record Subscribed(
        SubscriptionId id,
        AccountId account,
        UUID vpsId,
        String hostname,
        NodeId node,
        UUID planVersion,
        Instant from,
        Optional<Instant> to,
        long generation,
        boolean gone,
        Optional<Instant> deletedAt) {

    ContextId context() {
        return new ContextId(vpsId);
    }

    Optional<Period> within(Period period) {
        Instant end = to.orElse(period.to());
        return from.isBefore(end) ? new Period(from, end).intersection(period) : Optional.empty();
    }
}
