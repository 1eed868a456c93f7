package dev.berth.node.host;

/**
 * One line of the doctor's report.
 *
 * @param remedy what to do, empty text when nothing is needed
 */
public record Finding(String capability, Level level, String found, String remedy) {
    /** MISSING stops the daemon, DEGRADED is something it can do without. */
    public enum Level {
        OK,
        DEGRADED,
        MISSING
    }
}
