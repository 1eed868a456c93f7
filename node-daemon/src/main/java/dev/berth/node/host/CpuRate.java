package dev.berth.node.host;

/**
 * CPU bandwidth of one context.
 *
 * @param microsPerSecond CPU-microseconds it may use in a second, over all CPUs
 * @param intervalMillis over how long a time that is given, 10 to 1000
 * @param weight share under contention, relative to other contexts; 1000 is a whole CPU reserved
 */
public record CpuRate(long microsPerSecond, long intervalMillis, long weight) {
    public CpuRate {
        if (microsPerSecond <= 0 || intervalMillis < 10 || intervalMillis > 1_000 || weight <= 0) {
            throw new IllegalArgumentException("no CPU rate: %d µs/s over %d ms with weight %d"
                    .formatted(microsPerSecond, intervalMillis, weight));
        }
    }
}
