package dev.berth.invoice;

import dev.berth.coupon.CouponPeriods;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Coupons apply to the periods that bills are made for. */
@ApplicationScoped
class CouponSpans implements CouponPeriods {
    private final BillingCalendar calendar;

    CouponSpans(BillingCalendar calendar) {
        this.calendar = calendar;
    }

    @Override
    public Span span(UUID accountId, Instant at, Optional<Integer> periods) {
        Period first = calendar.containing(at);
        return new Span(first.from(), periods.map(count -> end(first, count)));
    }

    private Instant end(Period first, int count) {
        Period last = first;
        for (int i = 1; i < count; i++) {
            last = calendar.containing(last.to());
        }
        return last.to();
    }
}
