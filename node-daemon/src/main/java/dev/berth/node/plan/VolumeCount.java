package dev.berth.node.plan;

import dev.berth.contract.NetworkSpec;
import dev.berth.contract.NetworkSpec.Rates;
import dev.berth.contract.NetworkSpec.VolumeCap;
import java.util.Optional;

/**
 * What of a context's traffic counts against its volume cap.
 *
 * @param sinceSeconds when the window began, UTC
 * @param before what its counter said then; where nobody looked then, what it said at the first look
 * @param slowed whether the cap was reached
 */
public record VolumeCount(long sinceSeconds, long before, boolean slowed) {
    /** Before the first look. */
    public static final VolumeCount NONE = new VolumeCount(Long.MIN_VALUE, 0, false);

    private static final long MILLIS_OF_SECOND = 1_000;

    /**
     * A later look. Neither a clock that was set back nor a counter that began anew makes a window count twice.
     *
     * @param start when the window of now began, seconds since 1970
     * @param counted bytes in both directions since the context was made
     */
    public VolumeCount at(VolumeCap cap, long start, long counted) {
        boolean next = start > sinceSeconds;
        long base = next ? counted : Math.min(before, counted);
        return new VolumeCount(next ? start : sinceSeconds, base, counted - base >= cap.bytes());
    }

    public long sinceMillis() {
        return sinceSeconds * MILLIS_OF_SECOND;
    }

    /** The same network at the floor rate of its cap. */
    public static NetworkSpec slow(NetworkSpec network, VolumeCap cap) {
        Optional<Rates> plan = network.rates();
        long floor = plan.flatMap(Rates::ceilingBits)
                .map(bits -> Math.min(bits, cap.floorBits()))
                .orElse(cap.floorBits());
        return network.withRates(new Rates(
                plan.flatMap(Rates::reservedBits).map(bits -> Math.min(bits, floor)),
                Optional.of(floor),
                plan.flatMap(Rates::share),
                Optional.of(plan.flatMap(Rates::receivedBits)
                        .map(bits -> Math.min(bits, cap.floorBits()))
                        .orElse(cap.floorBits()))));
    }
}
