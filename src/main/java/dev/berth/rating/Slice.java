package dev.berth.rating;

import dev.berth.metering.Usage;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import dev.berth.units.SubscriptionId;
import java.time.Instant;
import java.time.ZoneId;

/**
 * The part of a subscription that lies in a billing period: one owner, one tariff, one context.
 *
 * @param begun when the subscription began
 * @param usage what the context used in {@code period}
 * @param zone in which months begin and end
 */
public record Slice(
        SubscriptionId subscription, Period period, Instant begun, Tariff tariff, Usage usage, ZoneId zone) {
    public Slice {
        if (!usage.period().equals(period)) {
            throw new IllegalArgumentException("usage of %s does not fit %s".formatted(usage.period(), period));
        }
    }

    Ratio monthShare() {
        return MonthShare.of(period, zone);
    }

    boolean begins() {
        return period.contains(begun);
    }
}
