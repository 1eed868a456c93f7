package dev.berth.vps;

import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.Snapshot.State;
import dev.berth.vps.Vps.ObservedState;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Refuses changes of a disk that cannot be done now, naming every reason at once. Called with the VPS locked. What it
 * notes (room on the node, the end of an operation that is overtaken) is undone with the transaction when it refuses.
 */
@ApplicationScoped
class DiskGuard {
    private final Database database;
    private final Snapshots snapshots;
    private final InstantSource clock;

    DiskGuard(Database database, Snapshots snapshots, InstantSource clock) {
        this.database = database;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    private record Reason(String code, String sentence) {}

    /** Reasons found so far; the first one's code is the refusal's. */
    private static final class Reasons {
        private final List<Reason> found = new ArrayList<>();

        void check(boolean holds, String code, String sentence) {
            if (!holds) {
                found.add(new Reason(code, sentence));
            }
        }

        void throwIfAny() {
            if (!found.isEmpty()) {
                throw Problem.conflict(
                        found.getFirst().code(),
                        found.stream().map(Reason::sentence).collect(Collectors.joining(" ")));
            }
        }
    }

    private record Open(UUID id, Kind kind, boolean stuck) {
        static Open of(Row row) {
            return new Open(
                    row.uuid("id"),
                    row.constant("kind", Kind.class),
                    row.text("state").equals("NEEDS_ATTENTION"));
        }
    }

    /** A snapshot is to be taken, alone or before the layer is replaced over this image. */
    void forCopy(Vps vps, Optional<UUID> nextImage) {
        Reasons reasons = new Reasons();
        usable(reasons, vps);
        idle(reasons, vps, List.of());
        copy(reasons, vps);
        // Were the snapshot to fail, the old layer would come up over the new image.
        reasons.check(
                nextImage.map(vps.image().id()::equals).orElse(true),
                "other-image",
                "It would change to another image, which cannot be done together with a snapshot:"
                        + " take a snapshot by itself first, then do this without one.");
        reasons.throwIfAny();
    }

    void forRemoval(Vps vps) {
        Reasons reasons = new Reasons();
        idle(reasons, vps, List.of(Kind.TAKE_SNAPSHOT, Kind.DELETE_SNAPSHOT));
        reasons.throwIfAny();
    }

    /** @param source what it begins with; empty for the bare image */
    void forReplacement(Vps vps, UUID image, boolean snapshotBefore, Optional<Snapshot> source) {
        Reasons reasons = new Reasons();
        reasons.check(
                source.map(snapshot -> snapshot.state() == State.READY).orElse(true),
                "snapshot-not-ready",
                "This snapshot is not there to be restored.");
        if (snapshotBefore) {
            reasons.throwIfAny();
            forCopy(vps, Optional.of(image));
            return;
        }
        usable(reasons, vps);
        idle(reasons, vps, List.of(Kind.TAKE_SNAPSHOT, Kind.DELETE_SNAPSHOT, Kind.RESTORE, Kind.REINSTALL));
        reasons.throwIfAny();
    }

    private static void usable(Reasons reasons, Vps vps) {
        vps.suspended().ifPresent(held -> reasons.check(false, "suspended", held.sentence()));
        reasons.check(
                vps.observedState() == ObservedState.RUNNING || vps.observedState() == ObservedState.STOPPED,
                "not-built",
                "This VPS is not built yet.");
    }

    /** @param overtakable what may be given up when it is stuck, because the new change says all there is to say */
    private void idle(Reasons reasons, Vps vps, List<Kind> overtakable) {
        Optional<Open> open =
                database.one("SELECT id, kind, state FROM operation WHERE open_disk_vps_id = ?", Open::of, vps.id());
        if (open.filter(o -> o.stuck() && overtakable.contains(o.kind())).isPresent()) {
            database.update(
                    "UPDATE operation SET state = 'CANCELLED', failure = ?, finished_at = ? WHERE id = ?",
                    PlainWords.OVERTAKEN,
                    clock.instant(),
                    open.get().id());
            return;
        }
        reasons.check(open.isEmpty(), "disk-busy", "Another change of its disk is under way: wait for its end.");
    }

    private void copy(Reasons reasons, Vps vps) {
        int allowed = snapshots.allowed(vps.id());
        int used = snapshots.used(vps.id());
        if (allowed == 0) {
            reasons.check(false, "snapshot-limit", "Its plan allows no snapshots.");
        } else if (used >= allowed) {
            reasons.check(
                    false,
                    "snapshot-limit",
                    "Its plan allows %d snapshots, and it has %d: delete one first.".formatted(allowed, used));
        }
        reasons.check(
                snapshots.reserve(vps), "node-full", "Its node has no room for another copy of this disk at present.");
    }
}
