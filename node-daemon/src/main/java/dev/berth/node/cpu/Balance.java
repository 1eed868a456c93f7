package dev.berth.node.cpu;

/**
 * A bucket's contents as they are kept on disk.
 *
 * @param usageMicros what the kernel's counter said then
 * @param bootId boot in which {@code usageMicros} and {@code monotonicNanos} count
 * @param drawn of what was bought
 */
public record Balance(
        long balanceNanos,
        boolean held,
        long usageMicros,
        String bootId,
        long monotonicNanos,
        long utcMillis,
        Drawn drawn) {
    /** Of a context that drew nothing. */
    public Balance(
            long balanceNanos, boolean held, long usageMicros, String bootId, long monotonicNanos, long utcMillis) {
        this(balanceNanos, held, usageMicros, bootId, monotonicNanos, utcMillis, Drawn.NOTHING);
    }
}
