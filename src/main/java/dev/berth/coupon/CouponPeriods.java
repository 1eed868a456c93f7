package dev.berth.coupon;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** When billing periods begin. */
public interface CouponPeriods {
    /** @param until the beginning of the first period to which it does not apply any more; empty: for ever */
    record Reach(Instant from, Optional<Instant> until) {}

    /** The period of an account that is under way, and those that follow: so many in all, or all. */
    Reach reach(UUID accountId, Optional<Integer> periods);
}
