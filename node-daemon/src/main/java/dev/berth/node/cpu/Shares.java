package dev.berth.node.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Weights under which the kernel's proportional scheduler gives every busy context its reservation, and what is left over in
 * proportion to their shares: VServer's {@code share_k = C·(R2_k/T2_k)/Σ(R2/T2) + R_k/T_k}, C being what nobody reserved or
 * uses. All in thousandths of a CPU.
 */
public final class Shares {
    /** Who uses nine tenths of what it may is held back by something: it is taken for busy. */
    private static final long BUSY_TENTHS = 9;

    private static final long MOST_WEIGHT = 1_000_000;

    private Shares() {}

    /**
     * What one context wants.
     *
     * @param reservedMilli its baseline
     * @param share its part of what is left over, relative to the others'
     * @param limitMilli what it may use now at most
     * @param usedMilli what it used lately
     */
    public record Claim(long reservedMilli, long share, long limitMilli, long usedMilli) {
        public Claim {
            if (reservedMilli <= 0 || share <= 0 || limitMilli <= 0 || usedMilli < 0) {
                throw new IllegalArgumentException("no claim: %d reserved, share %d, limit %d, %d used"
                        .formatted(reservedMilli, share, limitMilli, usedMilli));
            }
        }

        boolean busy() {
            return usedMilli * 10 >= Math.min(reservedMilli, limitMilli) * BUSY_TENTHS;
        }

        private long least() {
            return Math.min(reservedMilli, limitMilli);
        }
    }

    /** A weight for each claim, in their order; 1000 is a whole CPU. */
    public static List<Long> weights(long capacityMilli, List<Claim> claims) {
        List<Long> targets = targets(capacityMilli, claims);
        long busy = targets.stream().mapToLong(Long::longValue).sum();
        List<Long> weights = new ArrayList<>();
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            long weight = claim.busy() ? targets.get(i) : waking(capacityMilli, claim.reservedMilli(), busy);
            weights.add(Math.clamp(weight, 1, MOST_WEIGHT));
        }
        return weights;
    }

    /** Who sleeps weighs as much as it takes to have its reservation the moment it wakes, beside those who are busy now. */
    private static long waking(long capacityMilli, long reservedMilli, long busyMilli) {
        long others = Math.max(1, capacityMilli - reservedMilli);
        return Math.max(reservedMilli, reservedMilli * busyMilli / others);
    }

    /** What each busy one should get; 0 for those who are not busy. */
    static List<Long> targets(long capacityMilli, List<Claim> claims) {
        long left = capacityMilli;
        List<Long> targets = new ArrayList<>();
        for (Claim claim : claims) {
            left -= claim.busy() ? claim.least() : Math.min(claim.usedMilli(), claim.reservedMilli());
            targets.add(claim.busy() ? claim.least() : 0L);
        }
        // Each round ends with all given out, or with one more who has all it may use.
        for (int round = 0; round <= claims.size() && left > 0; round++) {
            long given = giveOut(left, claims, targets);
            left -= given;
            if (given == 0) {
                break;
            }
        }
        return targets;
    }

    private static long giveOut(long left, List<Claim> claims, List<Long> targets) {
        long shares = 0;
        for (int i = 0; i < claims.size(); i++) {
            shares += hungry(claims.get(i), targets.get(i)) ? claims.get(i).share() : 0;
        }
        long given = 0;
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            if (hungry(claim, targets.get(i))) {
                long more = Math.min(left * claim.share() / shares, claim.limitMilli() - targets.get(i));
                targets.set(i, targets.get(i) + more);
                given += more;
            }
        }
        return given;
    }

    private static boolean hungry(Claim claim, long target) {
        return claim.busy() && target < claim.limitMilli();
    }
}
