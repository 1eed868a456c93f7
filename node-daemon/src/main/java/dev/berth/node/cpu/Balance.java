package dev.berth.node.cpu;

/**
 * A bucket's contents as they are kept on disk.
 *
 * @param usageMicros what the kernel's counter said then
 * @param bootId boot in which {@code usageMicros} and {@code monotonicNanos} count
 */
public record Balance(
        long balanceNanos, boolean held, long usageMicros, String bootId, long monotonicNanos, long utcMillis) {}
