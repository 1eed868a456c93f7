package dev.berth.contract;

import java.util.List;

/**
 * Answer of {@code GET /agent/v1/desired?after=<revision>&wait=<seconds>}: what changed after a revision, or all of it.
 *
 * @param revision highest revision in this answer; the node stores it with the specs and asks for what follows
 * @param full true when {@code contexts} is the complete list; only then does absence mean "unknown to the portal"
 * @param settings how the node should measure
 * @param contexts specs, tombstones included
 */
public record Desired(long revision, boolean full, Settings settings, List<ContextSpec> contexts) {
    /** More contexts than this do not fit one answer: the portal sends the rest at the next revision. */
    public static final int MAX_CONTEXTS = 10_000;

    public Desired {
        Faults faults = new Faults("desired state");
        faults.notNegative("revision", revision);
        faults.present("settings", settings);
        faults.size("contexts", contexts, MAX_CONTEXTS);
        faults.throwIfAny();
        contexts = List.copyOf(contexts);
    }

    /** @param readingIntervalSeconds readings are taken at every multiple of this since the epoch, UTC */
    public record Settings(long readingIntervalSeconds) {
        public Settings {
            Faults faults = new Faults("settings");
            faults.check(
                    readingIntervalSeconds >= 1 && 86_400 % Math.max(readingIntervalSeconds, 1) == 0,
                    () -> "readingIntervalSeconds %d does not divide a day".formatted(readingIntervalSeconds));
            faults.throwIfAny();
        }
    }
}
