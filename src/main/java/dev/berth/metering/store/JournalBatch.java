package dev.berth.metering.store;

import dev.berth.contract.MerkleTree;
import dev.berth.platform.Row;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A batch of a node's journal as the node signed it.
 *
 * @param firstSeq first record that was stored with it
 * @param signature over the hash of its last record
 * @param publicKey that checked it, DER form in base64
 * @param root what the node signed of all records' hashes; empty from a node that does not
 */
public record JournalBatch(long firstSeq, long lastSeq, String signature, String publicKey, Optional<Root> root) {
    static final String COLUMNS = "first_seq, last_seq, signature, public_key, root_signature, leaves_from, leaves";
    private static final int HASH_BYTES = 32;

    /**
     * @param from its first record; may be before the batch's, where a part had been sent before
     * @param hashes of its records
     */
    public record Root(String signature, long from, List<String> hashes) {
        public Root {
            hashes = List.copyOf(hashes);
        }

        public MerkleTree tree() {
            return MerkleTree.of(hashes);
        }
    }

    static JournalBatch of(Row row) {
        return new JournalBatch(
                row.number("first_seq"),
                row.number("last_seq"),
                row.text("signature"),
                Base64.getEncoder().encodeToString(row.bytes("public_key")),
                row.optionalText("root_signature")
                        .map(signature -> new Root(signature, row.number("leaves_from"), hashes(row.bytes("leaves")))));
    }

    private static List<String> hashes(byte[] leaves) {
        List<String> hashes = new ArrayList<>();
        for (int at = 0; at + HASH_BYTES <= leaves.length; at += HASH_BYTES) {
            hashes.add(HexFormat.of().formatHex(leaves, at, at + HASH_BYTES));
        }
        return hashes;
    }
}
