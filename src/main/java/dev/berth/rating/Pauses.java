package dev.berth.rating;

import dev.berth.rating.AddOnPrice.Stretch;
import dev.berth.units.Period;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Stretches of time in which fees stand still. */
public final class Pauses {
    private Pauses() {}

    /** Their union within a period, in order; what overlaps or follows at once is one stretch. */
    public static List<Period> merged(Collection<Period> pauses, Period within) {
        List<Period> merged = new ArrayList<>();
        pauses.stream()
                .map(within::intersection)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Period::from))
                .forEach(next -> add(merged, next));
        return List.copyOf(merged);
    }

    private static void add(List<Period> merged, Period next) {
        if (merged.isEmpty() || merged.getLast().to().isBefore(next.from())) {
            merged.add(next);
        } else if (merged.getLast().to().isBefore(next.to())) {
            merged.add(new Period(merged.removeLast().from(), next.to()));
        }
    }

    /** The whole period cut where pauses begin and end: one unit where it is charged, none in a pause. */
    static List<Stretch> cut(Period whole, List<Period> merged) {
        List<Stretch> stretches = new ArrayList<>();
        Instant from = whole.from();
        for (Period pause : merged) {
            charged(from, pause.from(), BigInteger.ONE).ifPresent(stretches::add);
            stretches.add(new Stretch(pause, BigInteger.ZERO));
            from = pause.to();
        }
        charged(from, whole.to(), BigInteger.ONE).ifPresent(stretches::add);
        return List.copyOf(stretches);
    }

    /** What is left of stretches without the pauses, in order. */
    public static List<Stretch> without(List<Stretch> stretches, Collection<Period> pauses) {
        List<Stretch> left = new ArrayList<>();
        for (Stretch stretch : stretches) {
            cut(stretch.period(), merged(pauses, stretch.period())).stream()
                    .filter(part -> part.units().signum() > 0)
                    .forEach(part -> left.add(new Stretch(part.period(), stretch.units())));
        }
        return List.copyOf(left);
    }

    private static Optional<Stretch> charged(Instant from, Instant to, BigInteger units) {
        return from.isBefore(to) ? Optional.of(new Stretch(new Period(from, to), units)) : Optional.empty();
    }
}
