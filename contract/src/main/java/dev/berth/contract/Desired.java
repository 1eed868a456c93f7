package dev.berth.contract;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

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

    /**
     * How the node should measure and what it should hold ready.
     *
     * @param readingIntervalSeconds readings are taken at every multiple of this since the epoch, UTC
     * @param images digests to fetch before an order needs them, the most wanted first; the node may drop one that is not
     *     listed and that none of its contexts uses; empty where the portal says nothing of it, and then none is dropped
     */
    public record Settings(long readingIntervalSeconds, Optional<List<String>> images) {
        /** More images than this are not announced: an order for another one fetches it. */
        public static final int MAX_IMAGES = 256;

        public Settings {
            Faults faults = new Faults("settings");
            Objects.requireNonNull(images, "images");
            images.ifPresent(list -> faults.each("images", list, Patterns.DIGEST, MAX_IMAGES));
            faults.check(
                    readingIntervalSeconds >= 1 && 86_400 % Math.max(readingIntervalSeconds, 1) == 0,
                    () -> "readingIntervalSeconds %d does not divide a day".formatted(readingIntervalSeconds));
            faults.throwIfAny();
            images = images.map(List::copyOf);
        }
    }
}
