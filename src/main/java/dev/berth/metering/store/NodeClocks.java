package dev.berth.metering.store;

import dev.berth.contract.Readings.Entry;
import dev.berth.metering.Clocks;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Whether what a node's clocks say can be. */
@ApplicationScoped
class NodeClocks {
    private final InstantSource clock;
    private final Duration maxAhead;
    private final Duration jumpTolerance;

    NodeClocks(
            InstantSource clock,
            @ConfigProperty(name = "berth.metering.max-clock-ahead") Duration maxAhead,
            @ConfigProperty(name = "berth.metering.clock-jump-tolerance") Duration jumpTolerance) {
        this.clock = clock;
        this.maxAhead = maxAhead;
        this.jumpTolerance = jumpTolerance;
    }

    /** The first record that is further ahead than a clock may be. */
    Optional<String> ahead(List<Entry> records) {
        Instant now = clock.instant();
        long latest = now.plus(maxAhead).toEpochMilli();
        return records.stream()
                .filter(e -> e.reading().utcMillis() > latest)
                .findFirst()
                .map(e -> "record %d is of %s, which is %s ahead of the portal's clock"
                        .formatted(
                                e.seq(), utc(e), Duration.between(now, utc(e)).truncatedTo(ChronoUnit.SECONDS)));
    }

    /** The last time that the wall clock was set between two of these records, or after the one before them. */
    Optional<String> jump(Optional<Clocks> before, List<Entry> records) {
        Optional<String> found = Optional.empty();
        Optional<Clocks> then = before;
        for (Entry entry : records) {
            Clocks now = of(entry);
            Optional<Duration> jump = then.flatMap(t -> now.jumpSince(t, jumpTolerance));
            if (jump.isPresent()) {
                found = Optional.of(told(entry, jump.get()));
            }
            then = Optional.of(now);
        }
        return found;
    }

    private static String told(Entry entry, Duration jump) {
        return "before record %d the node's clock went %s by %s, to %s"
                .formatted(entry.seq(), jump.isNegative() ? "back" : "forward", jump.abs(), utc(entry));
    }

    private static Clocks of(Entry entry) {
        return new Clocks(
                UUID.fromString(entry.reading().bootId()),
                utc(entry),
                Duration.ofNanos(entry.reading().monotonicNanos()));
    }

    private static Instant utc(Entry entry) {
        return Instant.ofEpochMilli(entry.reading().utcMillis());
    }
}
