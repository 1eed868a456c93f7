package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import dev.berth.units.SubscriptionId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;

/**
 * The part of a subscription that lies in a billing period: one owner, one tariff, one context.
 *
 * @param begun when the subscription began
 * @param usage what the context used in {@code period}
 * @param zone in which months begin and end
 * @param extras what add-ons cover of meters in {@code period}, beside what the tariff includes; none negative
 */
public record Slice(
        SubscriptionId subscription,
        Period period,
        Instant begun,
        Tariff tariff,
        Usage usage,
        ZoneId zone,
        Map<Meter, Ratio> extras) {
    public Slice {
        extras = Map.copyOf(extras);
        if (extras.values().stream().anyMatch(extra -> extra.compareTo(Ratio.ZERO) < 0)) {
            throw new IllegalArgumentException("an add-on takes away: %s".formatted(extras));
        }
        if (!usage.period().equals(period)) {
            throw new IllegalArgumentException("usage of %s does not fit %s".formatted(usage.period(), period));
        }
    }

    /** Without add-ons. */
    public Slice(SubscriptionId subscription, Period period, Instant begun, Tariff tariff, Usage usage, ZoneId zone) {
        this(subscription, period, begun, tariff, usage, zone, Map.of());
    }

    /** The same at other prices. */
    public Slice on(Tariff other) {
        return new Slice(subscription, period, begun, other, usage, zone, extras);
    }

    Ratio extra(Meter meter) {
        return extras.getOrDefault(meter, Ratio.ZERO);
    }

    Ratio monthShare() {
        return MonthShare.of(period, zone);
    }

    boolean begins() {
        return period.contains(begun);
    }
}
