package dev.berth.metering;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What a node's two clocks showed at one record of its journal.
 *
 * @param utc wall clock, which somebody may set
 * @param monotonic since boot, which nobody can
 */
public record Clocks(UUID bootId, Instant utc, Duration monotonic) {
    public Clocks {
        Objects.requireNonNull(bootId, "bootId");
        Objects.requireNonNull(utc, "utc");
        Objects.requireNonNull(monotonic, "monotonic");
    }

    /**
     * How far the wall clock went otherwise than time did since the record before; negative when it went back. Empty over
     * a reboot and within the tolerance.
     */
    public Optional<Duration> jumpSince(Clocks before, Duration tolerance) {
        if (!bootId.equals(before.bootId())) {
            return Optional.empty();
        }
        Duration jump = Duration.between(before.utc(), utc).minus(monotonic.minus(before.monotonic()));
        return jump.abs().compareTo(tolerance) > 0 ? Optional.of(jump) : Optional.empty();
    }
}
