package dev.berth.node.cpu;

import dev.berth.node.cpu.Shares.Claim;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SharesPropertyTest {
    private static final long CAPACITY = 20_000;

    @Provide
    Arbitrary<List<Claim>> claims() {
        // Twenty reservations of at most one CPU: admission by sum holds.
        return Combinators.combine(
                        Arbitraries.longs().between(1, 1_000),
                        Arbitraries.longs().between(1, 1_000_000),
                        Arbitraries.longs().between(1, 8_000),
                        Arbitraries.longs().between(0, 8_000))
                .as(Claim::new)
                .list()
                .ofMaxSize(20);
    }

    @Property
    boolean noMoreThanThereIs(@ForAll("claims") List<Claim> claims) {
        return Shares.targets(CAPACITY, claims).stream()
                        .mapToLong(Long::longValue)
                        .sum()
                <= CAPACITY;
    }

    @Property
    boolean everyBusyOneHasItsReservationAndNoneMoreThanItMay(@ForAll("claims") List<Claim> claims) {
        List<Long> targets = Shares.targets(CAPACITY, claims);
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            boolean fits = targets.get(i) >= Math.min(claim.reservedMilli(), claim.limitMilli())
                    && targets.get(i) <= claim.limitMilli();
            if (claim.busy() != fits) {
                return false;
            }
        }
        return true;
    }

    /** Under weights alone, whoever is busy or wakes gets at least its reservation. */
    @Property
    boolean weightsKeepEveryReservation(@ForAll("claims") List<Claim> claims) {
        List<Long> weights = Shares.weights(CAPACITY, claims);
        long busy = 0;
        for (int i = 0; i < claims.size(); i++) {
            busy += claims.get(i).busy() ? weights.get(i) : 0;
        }
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            long all = busy + (claim.busy() ? 0 : weights.get(i));
            long least = Math.min(claim.reservedMilli(), claim.limitMilli());
            if (weights.get(i) * CAPACITY / Math.max(1, all) < least * 99 / 100 - 1) {
                return false;
            }
        }
        return true;
    }
}
