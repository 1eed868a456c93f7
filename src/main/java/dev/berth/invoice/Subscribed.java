package dev.berth.invoice;

import dev.berth.units.AccountId;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A subscription as billing sees it.
 *
 * @param node where it is now, or was last
 * @param former nodes it was on before, in the order in which it left them
 * @param begun when the VPS became its owner's: before {@code from} where it was on another plan first
 * @param from since when it is billed: on a reseller's bill not before its customer's bills are the reseller's
 * @param to empty while it goes on
 * @param generation of what is wanted of the VPS now; of the tombstone when it is deleted
 * @param gone whether the node has shown that nothing is left of the context
 * @param deletedAt when the VPS was deleted
 * @param wholesale the house's plan version that a reseller's stands on; empty for one of the house
 */
record Subscribed(
        SubscriptionId id,
        AccountId account,
        UUID vpsId,
        String hostname,
        NodeId node,
        List<Stay> former,
        UUID planVersion,
        Instant begun,
        Instant from,
        Optional<Instant> to,
        long generation,
        boolean gone,
        Optional<Instant> deletedAt,
        Optional<UUID> wholesale) {
    Subscribed {
        former = List.copyOf(former);
    }

    /**
     * A node that a VPS has left.
     *
     * @param generation of the spec by which it left
     */
    record Stay(NodeId node, long generation) {}

    /** Every node that has measured it, each once, in the order in which they were left; the present one last. */
    List<NodeId> nodes() {
        return Stream.concat(
                        former.stream()
                                .map(Stay::node)
                                .filter(left -> !left.equals(node))
                                .distinct(),
                        Stream.of(node))
                .toList();
    }

    /** The same at the house's prices. */
    Subscribed atWholesale() {
        UUID version = wholesale.orElse(planVersion);
        return new Subscribed(
                id,
                account,
                vpsId,
                hostname,
                node,
                former,
                version,
                begun,
                from,
                to,
                generation,
                gone,
                deletedAt,
                Optional.empty());
    }

    ContextId context() {
        return new ContextId(vpsId);
    }

    Optional<Period> within(Period period) {
        Instant end = to.orElse(period.to());
        return from.isBefore(end) ? new Period(from, end).intersection(period) : Optional.empty();
    }
}
