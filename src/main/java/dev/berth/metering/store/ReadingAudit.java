package dev.berth.metering.store;

import dev.berth.contract.InvalidMessageException;
import dev.berth.contract.JournalText;
import dev.berth.contract.Readings.Reading;
import dev.berth.fleet.NodeKeys;
import dev.berth.metering.ReadingRef;
import dev.berth.platform.Database;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Checks stored readings of a VPS against their hashes, their times, and what the node signed. */
@ApplicationScoped
public class ReadingAudit {
    private static final int PAGE = 1_000;

    /** Faults named of one stretch; who sees so many looks at the journal. */
    private static final int MAX_FAULTS = 20;

    private final ReadingStore readings;
    private final NodeKeys keys;
    private final Database database;

    ReadingAudit(ReadingStore readings, NodeKeys keys, Database database) {
        this.keys = keys;
        this.readings = readings;
        this.database = database;
    }

    /** @param what follows "reading N" in a sentence */
    public record Fault(ReadingRef at, String what) {
        @Override
        public String toString() {
            return "reading %s %s".formatted(at, what);
        }
    }

    /** What is wrong with the readings of a context between two places of a journal, both included. */
    public List<Fault> faults(ContextId context, ReadingRef first, ReadingRef last) {
        Walk walk = new Walk(context, first.node());
        ReadingRef from = first;
        try {
            walk.before = before(context, first);
            while (walk.faults.size() < MAX_FAULTS) {
                List<StoredReading> page = readings.between(context, from, last, PAGE);
                page.forEach(walk::check);
                if (page.size() < PAGE) {
                    break;
                }
                from = new ReadingRef(first.node(), page.getLast().ref().seq() + 1);
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            walk.faults.add(new Fault(from, "or one after it cannot be one: " + e.getMessage()));
        }
        bounds(context, first, last, walk);
        walk.faults.addAll(orUnreadable(first, () -> strays(context, first, last)));
        walk.faults.addAll(orUnreadable(first, () -> displaced(context, first, last)));
        walk.faults.addAll(mistimed(context, first, last));
        return List.copyOf(walk.faults.subList(0, Math.min(MAX_FAULTS, walk.faults.size())));
    }

    /** A line's first and last reading must be there, and its VPS's. */
    private void bounds(ContextId context, ReadingRef first, ReadingRef last, Walk walk) {
        for (ReadingRef bound : List.of(first, last)) {
            long there = database.number(
                    "SELECT COUNT(*) AS n FROM reading WHERE node_id = ? AND seq = ? AND context_id = ?",
                    bound.node().value(),
                    bound.seq(),
                    context.value());
            if (there != 1) {
                walk.faults.add(new Fault(bound, "is not one of this VPS any more"));
            }
        }
    }

    /** By time, which is what readings of a context are indexed by. */
    private Optional<StoredReading> before(ContextId context, ReadingRef first) {
        return database.one(
                "SELECT " + StoredReading.COLUMNS + " FROM reading WHERE node_id = ? AND context_id = ?"
                        + " AND effective_at <= (SELECT effective_at FROM reading WHERE node_id = ? AND seq = ?)"
                        + " AND seq < ? ORDER BY effective_at DESC, seq DESC LIMIT 1",
                StoredReading::of,
                first.node().value(),
                context.value(),
                first.node().value(),
                first.seq(),
                first.seq());
    }

    /** Readings that stand there under a context that nobody has, but whose hashes say that they are this one's. */
    private List<Fault> strays(ContextId context, ReadingRef first, ReadingRef last) {
        return database
                .list(
                        "SELECT " + StoredReading.COLUMNS + " FROM reading WHERE node_id = ? AND seq BETWEEN ? AND ?"
                                + " AND context_id IN (SELECT d.context_id FROM (SELECT DISTINCT context_id FROM"
                                + " reading WHERE node_id = ?) d LEFT JOIN vps v ON v.id = d.context_id"
                                + " WHERE v.id IS NULL) ORDER BY seq LIMIT ?",
                        StoredReading::of,
                        first.node().value(),
                        first.seq(),
                        last.seq(),
                        first.node().value(),
                        PAGE)
                .stream()
                .filter(stray -> !stray.intact() && isOf(context, stray))
                .map(stray -> new Fault(stray.ref(), "was given to another context"))
                .toList();
    }

    /** A row with values that no record may have is a fault as well. */
    private static List<Fault> orUnreadable(ReadingRef first, Supplier<List<Fault>> check) {
        try {
            return check.get();
        } catch (InvalidMessageException e) {
            return List.of(new Fault(first, "or one after it cannot be one: " + e.getMessage()));
        }
    }

    /** Readings of this context and time that were given another number, and so stand outside of the stretch. */
    private List<Fault> displaced(ContextId context, ReadingRef first, ReadingRef last) {
        return database
                .list(
                        "SELECT " + StoredReading.COLUMNS + " FROM reading WHERE node_id = ? AND context_id = ?"
                                + " AND effective_at BETWEEN (SELECT effective_at FROM reading WHERE node_id = ? AND seq = ?)"
                                + " AND (SELECT effective_at FROM reading WHERE node_id = ? AND seq = ?)"
                                + " AND seq NOT BETWEEN ? AND ? LIMIT ?",
                        StoredReading::of,
                        first.node().value(),
                        context.value(),
                        first.node().value(),
                        first.seq(),
                        last.node().value(),
                        last.seq(),
                        first.seq(),
                        last.seq(),
                        PAGE)
                .stream()
                .filter(reading -> !reading.intact())
                .map(reading -> new Fault(reading.ref(), "stands at another place than its hash says"))
                .toList();
    }

    /** Readings between the two that were given a time outside of theirs, where no bill looks for them. */
    private List<Fault> mistimed(ContextId context, ReadingRef first, ReadingRef last) {
        return database.list(
                "SELECT seq FROM reading WHERE node_id = ? AND context_id = ? AND seq BETWEEN ? AND ? AND ("
                        + "effective_at < (SELECT effective_at FROM reading WHERE node_id = ? AND seq = ?)"
                        + " OR effective_at > (SELECT effective_at FROM reading WHERE node_id = ? AND seq = ?)) LIMIT ?",
                row -> new Fault(
                        new ReadingRef(first.node(), row.number("seq")),
                        "was changed: it is charged by another time than the node's"),
                first.node().value(),
                context.value(),
                first.seq(),
                last.seq(),
                first.node().value(),
                first.seq(),
                last.node().value(),
                last.seq(),
                PAGE);
    }

    private static boolean isOf(ContextId context, StoredReading stray) {
        Reading r = stray.reading();
        Reading ours = new Reading(
                r.kind(),
                context.toString(),
                r.generation(),
                r.bootId(),
                r.startNo(),
                r.utcMillis(),
                r.monotonicNanos(),
                r.running(),
                r.counters(),
                r.gapReason());
        return JournalText.hash(stray.prevHash(), stray.ref().seq(), ours).equals(stray.hash());
    }

    /** As it is stored. */
    Optional<String> storedHash(NodeId node, long seq) {
        return database.one(
                "SELECT hash FROM reading WHERE node_id = ? AND seq = ?",
                row -> HexFormat.of().formatHex(row.bytes("hash")),
                node.value(),
                seq);
    }

    /** Checks batches of one node, whose keys it looks up once. */
    final class Batches {
        private final Set<String> known = new HashSet<>();

        private Batches(NodeId node) {
            keys.of(node.value()).forEach(key -> known.add(key.publicKey()));
        }

        /** The batch that a reading came in, with its signatures checked; empty when it came in none. */
        Optional<BatchProof> of(ReadingRef ref) {
            return readings.journalBatch(ref)
                    .map(batch -> BatchProof.of(batch, storedHash(ref.node(), batch.lastSeq()), known));
        }
    }

    Batches batches(NodeId node) {
        return new Batches(node);
    }

    private final class Walk {
        private final ContextId context;
        private final List<Fault> faults = new ArrayList<>();
        private Optional<StoredReading> before = Optional.empty();
        private final Batches batches;
        private Optional<BatchProof> batch = Optional.empty();

        Walk(ContextId context, NodeId node) {
            this.context = context;
            this.batches = batches(node);
        }

        void check(StoredReading reading) {
            fault(reading).ifPresent(what -> faults.add(new Fault(reading.ref(), what)));
            before = Optional.of(reading);
        }

        private Optional<String> fault(StoredReading reading) {
            if (!reading.reading().contextId().equals(context.toString()) || !reading.intact()) {
                return Optional.of("was changed: it is not what its hash says");
            }
            Instant utc = Instant.ofEpochMilli(reading.reading().utcMillis());
            Instant expected = before.map(StoredReading::effectiveAt)
                    .filter(then -> then.isAfter(utc))
                    .orElse(utc);
            if (!reading.effectiveAt().equals(expected)) {
                return Optional.of("was changed: it is charged by another time than the node's");
            }
            long seq = reading.ref().seq();
            if (batch.filter(b -> b.has(seq)).isEmpty()) {
                batch = batches.of(reading.ref());
            }
            return batch.isEmpty()
                    ? Optional.of("came in no batch of the node")
                    : batch.get().fault(seq, reading.hash());
        }
    }
}
