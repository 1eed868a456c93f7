package dev.berth.coupon;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** When billing periods begin. */
public interface CouponPeriods {
    /** @param until the beginning of the first period to which it does not apply any more; empty: for ever */
    record Span(Instant from, Optional<Instant> until) {}

    /** The period of an account that an instant lies in, and those that follow: so many in all, or all. */
    Span span(UUID accountId, Instant at, Optional<Integer> periods);
}
