package dev.berth.invoice;

import dev.berth.coupon.CouponPeriods;
import dev.berth.units.AccountId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;

/** Coupons apply to the periods that bills are made for. */
@ApplicationScoped
class CouponSpans implements CouponPeriods {
    private final PeriodStore store;
    private final BillingCalendar calendar;

    CouponSpans(PeriodStore store, BillingCalendar calendar) {
        this.store = store;
        this.calendar = calendar;
    }

    @Override
    public Reach reach(UUID accountId, Optional<Integer> periods) {
        Span underWay = store.underWay(new AccountId(accountId));
        Period first = underWay.period();
        return new Reach(first.from(), periods.map(count -> end(first, count, underWay.zone())));
    }

    private Instant end(Period first, int count, ZoneId zone) {
        Period last = first;
        for (int i = 1; i < count; i++) {
            last = calendar.from(last.to(), zone);
        }
        return last.to();
    }
}
