package dev.berth.rating;

import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.rating.AddOnPrice.Stretch;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import dev.berth.units.SubscriptionId;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * The part of a subscription that lies in a billing period: one owner, one tariff, one context.
 *
 * @param begun when the subscription began
 * @param usage what the context used in {@code period}
 * @param zone in which months begin and end
 * @param extras what add-ons cover of meters in {@code period}, beside what the tariff includes; none negative
 * @param paused when fees for time stand still; may be given in any order and overlap, and is kept merged and within
 *     {@code period}
 */
public record Slice(
        SubscriptionId subscription,
        Period period,
        Instant begun,
        Tariff tariff,
        Usage usage,
        ZoneId zone,
        Map<Meter, Ratio> extras,
        List<Period> paused) {
    public Slice {
        paused = Pauses.merged(paused, period);
        extras = Map.copyOf(extras);
        if (extras.values().stream().anyMatch(extra -> extra.compareTo(Ratio.ZERO) < 0)) {
            throw new IllegalArgumentException("an add-on takes away: %s".formatted(extras));
        }
        if (!usage.period().equals(period)) {
            throw new IllegalArgumentException("usage of %s does not fit %s".formatted(usage.period(), period));
        }
    }

    /** Without add-ons or pauses. */
    public Slice(SubscriptionId subscription, Period period, Instant begun, Tariff tariff, Usage usage, ZoneId zone) {
        this(subscription, period, begun, tariff, usage, zone, Map.of(), List.of());
    }

    /** The same at other prices. */
    public Slice on(Tariff other) {
        return new Slice(subscription, period, begun, other, usage, zone, extras, paused);
    }

    /** The same with other extras. */
    public Slice with(Map<Meter, Ratio> other) {
        return new Slice(subscription, period, begun, tariff, usage, zone, other, paused);
    }

    Ratio extra(Meter meter) {
        return extras.getOrDefault(meter, Ratio.ZERO);
    }

    Ratio monthShare() {
        return MonthShare.of(period, zone);
    }

    /** All of the period: one unit where fees for time are charged, none where they stand still. */
    public List<Stretch> stretches() {
        return Pauses.cut(period, paused);
    }

    /** Where fees for time are charged. */
    List<Period> charged() {
        return stretches().stream()
                .filter(stretch -> stretch.units().signum() > 0)
                .map(Stretch::period)
                .toList();
    }

    BigInteger chargedSeconds() {
        return stretches().stream().map(Stretch::unitSeconds).reduce(BigInteger.ZERO, BigInteger::add);
    }

    boolean begins() {
        return period.contains(begun);
    }
}
