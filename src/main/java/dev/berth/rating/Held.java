package dev.berth.rating;

import dev.berth.rating.AddOnPrice.Stretch;
import dev.berth.units.Period;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** How many of things that come and go there were beyond a number, stretch by stretch. */
public final class Held {
    private Held() {}

    /**
     * A number of things that something else pays for.
     *
     * @param period in which it does
     */
    public record Cover(Period period, long number) {}

    /**
     * @param things when each of them was there
     * @param covers so many cost nothing; they add up where they overlap
     * @param most beyond that cost something
     * @return stretches of {@code within} in which more than was covered were there, in order, neighbours that are equal joined
     */
    public static List<Stretch> beyond(Collection<Period> things, Period within, Collection<Cover> covers, long most) {
        SortedSet<Instant> cuts = new TreeSet<>(List.of(within.from(), within.to()));
        Stream.concat(things.stream(), covers.stream().map(Cover::period))
                .flatMap(one -> one.intersection(within).stream())
                .forEach(part -> cuts.addAll(List.of(part.from(), part.to())));
        List<Stretch> found = new ArrayList<>();
        Instant from = cuts.getFirst();
        for (Instant to : cuts.tailSet(from)) {
            if (to.isAfter(from)) {
                Period part = new Period(from, to);
                long there = things.stream()
                        .filter(thing -> thing.contains(part.from()))
                        .count();
                long covered = covers.stream()
                        .filter(cover -> cover.period().contains(part.from()))
                        .mapToLong(Cover::number)
                        .sum();
                add(found, new Stretch(part, BigInteger.valueOf(Math.clamp(there - covered, 0, most))));
                from = to;
            }
        }
        return List.copyOf(found);
    }

    private static void add(List<Stretch> found, Stretch next) {
        if (next.units().signum() == 0) {
            return;
        }
        boolean joins = !found.isEmpty()
                && found.getLast().units().equals(next.units())
                && found.getLast().period().to().equals(next.period().from());
        Instant from =
                joins ? found.removeLast().period().from() : next.period().from();
        found.add(new Stretch(new Period(from, next.period().to()), next.units()));
    }
}
