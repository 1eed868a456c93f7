package dev.berth.metering.store;

import dev.berth.contract.InvalidMessageException;
import dev.berth.contract.Readings;
import dev.berth.metering.ReadingRef;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.units.NodeId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Walks a node's stored journal, record by record: hashes, links, numbers, and the node's signatures. Changes nothing. */
@ApplicationScoped
public class JournalCheck {
    /** Records that one call looks at. */
    public static final int MAX_RECORDS = 100_000;

    private static final int PAGE = 1_000;

    private final Database database;
    private final ReadingAudit audit;

    JournalCheck(Database database, ReadingAudit audit) {
        this.database = database;
        this.audit = audit;
    }

    /**
     * What a walk found.
     *
     * @param to the last record that was looked at; {@code from - 1} when there was none
     * @param missing records within it that are not stored any more
     * @param batches signed batches that were checked
     * @param rooted those of them whose root is signed, too
     * @param broken the first record that does not fit; the walk ends there
     * @param next where to go on; empty at the journal's end and after a fault
     */
    public record Result(
            UUID nodeId,
            long from,
            long to,
            long records,
            long missing,
            int batches,
            int rooted,
            Optional<Broken> broken,
            Optional<Long> next) {}

    public record Broken(long seq, String what) {}

    /**
     * @param from sequence number to begin with
     * @throws Problem 404 when there is no such node
     */
    public Result check(UUID nodeId, long from, int limit) {
        if (database.number("SELECT COUNT(*) AS n FROM node WHERE id = ?", nodeId) == 0) {
            throw Problem.notFound("node");
        }
        Walk walk = new Walk(new NodeId(nodeId), from);
        boolean more = true;
        while (more && walk.broken.isEmpty() && walk.records < limit) {
            int size = (int) Math.min(PAGE, limit - walk.records);
            more = page(walk, size) == size;
        }
        Optional<Long> next = more && walk.broken.isEmpty() ? Optional.of(walk.to + 1) : Optional.empty();
        return new Result(
                nodeId, from, walk.to, walk.records, walk.missing, walk.batches, walk.rooted, walk.broken, next);
    }

    private int page(Walk walk, int size) {
        try {
            List<StoredReading> page = database.list(
                    "SELECT " + StoredReading.COLUMNS
                            + " FROM reading WHERE node_id = ? AND seq >= ? ORDER BY seq LIMIT ?",
                    StoredReading::of,
                    walk.node.value(),
                    walk.to + 1,
                    size);
            for (StoredReading reading : page) {
                if (walk.broken.isEmpty()) {
                    walk.step(reading);
                }
            }
            return page.size();
        } catch (InvalidMessageException e) {
            walk.broken =
                    Optional.of(new Broken(walk.to + 1, "it or one soon after cannot be a record: " + e.getMessage()));
            return size;
        }
    }

    private final class Walk {
        private final NodeId node;
        private long to;
        private long records;
        private long missing;
        private int batches;
        private int rooted;
        private Optional<String> hashBefore;
        private final ReadingAudit.Batches checked;
        private Optional<BatchProof> batch = Optional.empty();
        private Optional<Broken> broken = Optional.empty();

        Walk(NodeId node, long from) {
            this.node = node;
            this.checked = audit.batches(node);
            this.to = from - 1;
            this.hashBefore = from == 1 ? Optional.of(Readings.GENESIS) : audit.storedHash(node, from - 1);
        }

        void step(StoredReading reading) {
            long seq = reading.ref().seq();
            if (seq > to + 1) {
                missing += seq - to - 1;
                hashBefore = Optional.empty();
            }
            to = seq;
            records++;
            broken = fault(reading).map(what -> new Broken(seq, what));
            hashBefore = Optional.of(reading.hash());
        }

        private Optional<String> fault(StoredReading reading) {
            if (!reading.intact()) {
                return Optional.of("is not what its hash says");
            }
            if (hashBefore.filter(hash -> !hash.equals(reading.prevHash())).isPresent()) {
                return Optional.of("does not follow the record before");
            }
            long seq = reading.ref().seq();
            if (batch.filter(b -> b.has(seq)).isEmpty()) {
                open(reading.ref());
            }
            return batch.isEmpty()
                    ? Optional.of("came in no batch of the node")
                    : batch.get().fault(seq, reading.hash());
        }

        private void open(ReadingRef ref) {
            batch = checked.of(ref);
            batches += batch.isPresent() ? 1 : 0;
            rooted += batch.filter(b -> b.batch().root().isPresent()).isPresent() ? 1 : 0;
        }
    }
}
