package dev.berth.metering.store;

import dev.berth.metering.ReadingRef;
import dev.berth.metering.Timeline;
import dev.berth.platform.Database;
import dev.berth.platform.Memo;
import dev.berth.units.ContextId;
import dev.berth.units.NodeId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Finds stored readings. */
@ApplicationScoped
public class ReadingStore {
    private static final String OF_CONTEXT = " FROM reading WHERE node_id = ? AND context_id = ?";

    /** Bounds of time where there is none: statements with one look at the months they need. */
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private static final int AT_ONCE = 200;

    private final Database database;
    private final LeanTimelines lean;

    ReadingStore(Database database, LeanTimelines lean) {
        this.database = database;
        this.lean = lean;
    }

    /**
     * A context on a node, and what its use is wanted of.
     *
     * @param upTo number of the last reading that is looked at, as if none had come after it
     */
    public record Ask(NodeId node, ContextId context, Period period, long upTo) {
        /** With whatever has come. */
        public Ask(NodeId node, ContextId context, Period period) {
            this(node, context, period, Long.MAX_VALUE);
        }
    }

    /**
     * For sums: of each context only the readings that matter, in the order of the asks. {@link Timeline#usage} of the
     * period asked for is that of {@link #timeline}: quantities, first and last reading, gaps; faults, too. Many contexts are
     * answered by two or three statements.
     */
    public List<Timeline> timelines(List<Ask> asks) {
        Map<Ask, Timeline> known = Memo.<Ask, Timeline>of(ReadingStore.class).orElseGet(HashMap::new);
        List<Ask> unknown =
                asks.stream().filter(ask -> !known.containsKey(ask)).distinct().toList();
        if (!unknown.isEmpty()) {
            Map<Ask, Timeline> found = lean.timelines(unknown);
            for (Ask ask : unknown) {
                Timeline timeline = found.get(ask);
                known.put(ask, timeline != null ? timeline : timeline(ask));
            }
        }
        return asks.stream().map(ask -> Objects.requireNonNull(known.get(ask))).toList();
    }

    /**
     * Those of the asks whose context has a reading at or after the end of what is asked for. What is read after this was
     * answered has all readings up to there, because journals come in order; what was read before may not.
     */
    public Set<Ask> reached(List<Ask> asks) {
        Set<Ask> reached = new HashSet<>();
        for (int from = 0; from < asks.size(); from += AT_ONCE) {
            List<Ask> some = asks.subList(from, Math.min(asks.size(), from + AT_ONCE));
            List<Object> values = new ArrayList<>();
            List<String> statements = new ArrayList<>();
            for (int i = 0; i < some.size(); i++) {
                Ask ask = some.get(i);
                statements.add("(SELECT " + i + " AS n" + OF_CONTEXT + " AND effective_at >= ? LIMIT 1)");
                values.addAll(List.of(
                        ask.node().value(), ask.context().value(), ask.period().to()));
            }
            reached.addAll(database.list(
                    String.join(" UNION ALL ", statements), row -> some.get(row.integer("n")), values.toArray()));
        }
        return reached;
    }

    /**
     * The part of a context's timeline that says what it used in a period: from its last reading at or before the
     * period's start to its first one at or after the end. After a counter went back before that end, everything up to
     * there: what counts then depends on the highest value ever seen. Nothing that came after the end is looked at, so
     * nothing that comes later changes what a period's sum is.
     */
    public Timeline timeline(NodeId node, ContextId context, Period period) {
        return timeline(new Ask(node, context, period));
    }

    private Timeline timeline(Ask ask) {
        Optional<Bound> end = bound(
                ask,
                " AND effective_at >= ? ORDER BY effective_at, seq",
                ask.period().to());
        List<StoredReading> rows = wentBack(ask) ? since(Optional.empty(), end, ask) : since(start(ask), end, ask);
        return Timeline.of(rows.stream().map(StoredReading::forMetering).toList());
    }

    /** Whether a counter went back up to a place of the journal: usage then depends on everything since the beginning. */
    public boolean faulty(ContextId context, ReadingRef upTo) {
        return database.number(
                        "SELECT COUNT(*) AS n FROM reading_edge WHERE node_id = ? AND context_id = ? AND faulty"
                                + " AND seq <= ?",
                        upTo.node().value(),
                        context.value(),
                        upTo.seq())
                > 0;
    }

    private boolean wentBack(Ask ask) {
        return database.number(
                        "SELECT COUNT(*) AS n FROM reading_edge WHERE node_id = ? AND context_id = ? AND faulty"
                                + " AND effective_at < ? AND seq <= ?",
                        ask.node().value(),
                        ask.context().value(),
                        ask.period().to(),
                        ask.upTo())
                > 0;
    }

    private Optional<Bound> start(Ask ask) {
        return bound(
                ask,
                " AND effective_at < ? ORDER BY effective_at DESC, seq DESC",
                ask.period().from());
    }

    private List<StoredReading> since(Optional<Bound> start, Optional<Bound> end, Ask ask) {
        return database.list(
                "SELECT " + StoredReading.COLUMNS + OF_CONTEXT
                        + " AND effective_at BETWEEN ? AND ? AND seq BETWEEN ? AND ? ORDER BY seq",
                StoredReading::of,
                ask.node().value(),
                ask.context().value(),
                start.map(Bound::at).orElse(EARLIEST),
                end.map(Bound::at).orElse(LATEST),
                start.map(Bound::seq).orElse(0L),
                end.map(Bound::seq).orElse(ask.upTo()));
    }

    /** Within a context the order of numbers is that of times. */
    private record Bound(long seq, Instant at) {}

    private Optional<Bound> bound(Ask ask, String which, Instant at) {
        return database.one(
                "SELECT seq, effective_at" + OF_CONTEXT + " AND seq <= ?" + which + " LIMIT 1",
                row -> new Bound(row.number("seq"), row.instant("effective_at")),
                ask.node().value(),
                ask.context().value(),
                ask.upTo(),
                at);
    }

    private Optional<Instant> timeOf(ContextId context, ReadingRef ref) {
        return database.one(
                "SELECT effective_at" + OF_CONTEXT + " AND seq = ?",
                row -> row.instant("effective_at"),
                ref.node().value(),
                context.value(),
                ref.seq());
    }

    /** The newest reading of a context on a node. */
    public Optional<StoredReading> newest(NodeId node, ContextId context) {
        return database.one(
                "SELECT " + StoredReading.COLUMNS + OF_CONTEXT + " ORDER BY effective_at DESC, seq DESC LIMIT 1",
                StoredReading::of,
                node.value(),
                context.value());
    }

    public Optional<StoredReading> find(ReadingRef ref) {
        return database.one(
                "SELECT " + StoredReading.COLUMNS + " FROM reading WHERE node_id = ? AND seq = ?",
                StoredReading::of,
                ref.node().value(),
                ref.seq());
    }

    /** What people call a node. */
    public String nodeName(NodeId node) {
        return database.one("SELECT name FROM node WHERE id = ?", row -> row.text("name"), node.value())
                .orElse("?");
    }

    /** Readings of a context between two places of its node's journal, both included. */
    public List<StoredReading> between(ContextId context, ReadingRef first, ReadingRef last, int limit) {
        return database.list(
                "SELECT " + StoredReading.COLUMNS + OF_CONTEXT
                        + " AND effective_at BETWEEN ? AND ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?",
                StoredReading::of,
                first.node().value(),
                context.value(),
                timeOf(context, first).orElse(EARLIEST),
                timeOf(context, last).orElse(LATEST),
                first.seq(),
                last.seq(),
                limit);
    }

    /** @param publicKey the key that the signature is checked with, DER form in base64 */
    public record SignedBatch(long firstSeq, long lastSeq, String signature, String publicKey) {}

    /** The signed batch that a reading came in. */
    public Optional<SignedBatch> batchOf(ReadingRef ref) {
        return database.one(
                "SELECT first_seq, last_seq, signature, public_key FROM reading_batch"
                        + " WHERE node_id = ? AND last_seq >= ? ORDER BY last_seq LIMIT 1",
                row -> new SignedBatch(
                        row.number("first_seq"),
                        row.number("last_seq"),
                        row.text("signature"),
                        Base64.getEncoder().encodeToString(row.bytes("public_key"))),
                ref.node().value(),
                ref.seq());
    }

    /** The batch that a reading came in, with the hashes that its root was signed over. */
    public Optional<JournalBatch> journalBatch(ReadingRef ref) {
        return database.one(
                "SELECT " + JournalBatch.COLUMNS + " FROM reading_batch"
                        + " WHERE node_id = ? AND last_seq >= ? AND first_seq <= ? ORDER BY last_seq LIMIT 1",
                JournalBatch::of,
                ref.node().value(),
                ref.seq(),
                ref.seq());
    }

    /** Paths of records to the roots that their node signed. */
    public Inclusion.Maker inclusions() {
        return new Inclusion.Maker(this);
    }
}
