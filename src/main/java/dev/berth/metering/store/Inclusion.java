package dev.berth.metering.store;

import dev.berth.contract.MerkleTree;
import dev.berth.metering.ReadingRef;
import java.util.List;
import java.util.Optional;

/**
 * The proof that a record is under a root that its node signed; says nothing of other records but hashes (RFC 6962).
 *
 * @param firstSeq the tree's first record
 * @param lastSeq its last one
 * @param index the record's leaf, from 0
 * @param path hashes beside its way to the root, the lowest first
 * @param rootSignature of {@code berth-readings-root|v1|firstSeq|lastSeq|root}, SHA256withECDSA in base64
 * @param publicKey that checks it, DER form in base64
 */
public record Inclusion(
        long firstSeq,
        long lastSeq,
        int index,
        List<String> path,
        String root,
        String rootSignature,
        String publicKey) {
    public Inclusion {
        path = List.copyOf(path);
    }

    /** Makes paths for records of one node in the order of its journal; holds one batch at a time. */
    public static final class Maker {
        private final ReadingStore readings;
        private Optional<JournalBatch> batch = Optional.empty();
        private Optional<MerkleTree> tree = Optional.empty();

        Maker(ReadingStore readings) {
            this.readings = readings;
        }

        /** The batch that a record came in. */
        public Optional<JournalBatch> batch(ReadingRef ref) {
            if (batch.filter(b -> ref.seq() >= b.firstSeq() && ref.seq() <= b.lastSeq())
                    .isEmpty()) {
                batch = readings.journalBatch(ref);
                tree = batch.flatMap(JournalBatch::root).map(JournalBatch.Root::tree);
            }
            return batch;
        }

        /** The hashes beside a record's way to the root; empty where the node signed none. */
        public Optional<List<String>> path(ReadingRef ref) {
            return batch(ref)
                    .flatMap(JournalBatch::root)
                    .flatMap(root -> tree.map(t -> t.path(Math.toIntExact(ref.seq() - root.from()))));
        }

        /** Everything that proves a record; empty where the node signed no root. */
        public Optional<Inclusion> of(ReadingRef ref) {
            return path(ref)
                    .flatMap(path -> batch.flatMap(b -> b.root()
                            .flatMap(root -> tree.map(t -> new Inclusion(
                                    root.from(),
                                    b.lastSeq(),
                                    Math.toIntExact(ref.seq() - root.from()),
                                    path,
                                    t.root(),
                                    root.signature(),
                                    b.publicKey())))));
        }
    }
}
