package dev.berth.node.cpu;

/** A point in time on both clocks. The monotonic one counts within one boot only. */
public record Moment(long utcMillis, long monotonicNanos) {}
