package dev.berth.node.image;

import dev.berth.node.store.ImageNoteStore;
import dev.berth.node.store.ImageNoteStore.Note;
import dev.berth.node.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The images on this host, for people. */
public final class HeldImages {
    private static final long NANOS_OF_MILLI = 1_000_000L;

    private final ImageStore images;
    private final ImageNoteStore notes;
    private final Prefetch prefetch;
    private final Supplier<Map<String, List<String>>> users;
    private final Clock clock;

    /**
     * @param name as the portal called it when it was fetched; empty for what was fetched before that was noted
     * @param sizeBytes of its archive
     * @param usedBy contexts and snapshots, in words
     * @param announced whether the portal wants it on every node
     * @param unusedSinceMillis UTC milliseconds since when, as far as this run of the daemon has looked, nothing needs it
     */
    public record Held(
            String digest,
            Optional<String> name,
            Optional<Long> sizeBytes,
            List<String> usedBy,
            boolean announced,
            Optional<Long> unusedSinceMillis) {
        public Held {
            usedBy = List.copyOf(usedBy);
        }
    }

    /** @param users of images, by digest */
    public HeldImages(
            ImageStore images,
            ImageNoteStore notes,
            Prefetch prefetch,
            Supplier<Map<String, List<String>>> users,
            Clock clock) {
        this.images = images;
        this.notes = notes;
        this.prefetch = prefetch;
        this.users = users;
        this.clock = clock;
    }

    public List<Held> list() {
        Map<String, List<String>> used = users.get();
        return images.digests().stream()
                .sorted()
                .map(digest ->
                        held(digest, Optional.ofNullable(used.get(digest)).orElse(List.of())))
                .toList();
    }

    private Held held(String digest, List<String> usedBy) {
        Optional<Note> note = notes.find(digest);
        return new Held(
                digest,
                note.map(Note::name),
                note.map(Note::sizeBytes),
                usedBy,
                prefetch.announced(digest),
                prefetch.idleNanos(digest).map(nanos -> clock.utcMillis() - nanos / NANOS_OF_MILLI));
    }
}
