package dev.berth.metering.store;

import dev.berth.contract.MerkleTree;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A stored batch whose signatures were checked again.
 *
 * @param fault what is wrong with it as a whole
 */
record BatchProof(JournalBatch batch, Optional<String> fault) {
    /**
     * @param lastHash of the batch's last record as it is stored; empty when it is not stored any more
     * @param known keys that the node was certified with, DER form in base64; empty when it never was
     */
    static BatchProof of(JournalBatch batch, Optional<String> lastHash, Set<String> known) {
        boolean foreign = !known.isEmpty() && !known.contains(batch.publicKey());
        return new BatchProof(
                batch,
                foreign
                        ? Optional.of("came in a batch signed with a key that the node never had")
                        : checked(batch, lastHash));
    }

    private static Optional<String> checked(JournalBatch batch, Optional<String> lastHash) {
        PublicKey key;
        try {
            key = KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(batch.publicKey())));
        } catch (GeneralSecurityException e) {
            return Optional.of("came in a batch whose key cannot be read");
        }
        Optional<String> end = batch.root().map(root -> root.hashes().getLast()).or(() -> lastHash);
        boolean chain = end.map(hash -> BatchCheck.signed(HexFormat.of().parseHex(hash), batch.signature(), key))
                .orElse(true);
        if (!chain) {
            return Optional.of("came in a batch whose end the node did not sign");
        }
        return batch.root()
                .filter(root -> !BatchCheck.signed(
                        MerkleTree.signedText(
                                root.from(), batch.lastSeq(), root.tree().root()),
                        root.signature(),
                        key))
                .map(_ -> "came in a batch whose root the node did not sign");
    }

    boolean has(long seq) {
        return seq >= batch.firstSeq() && seq <= batch.lastSeq();
    }

    /** What is wrong with a record of it. */
    Optional<String> fault(long seq, String hash) {
        if (fault.isPresent()) {
            return fault;
        }
        return batch.root()
                .filter(root -> !hash.equals(leaf(root, seq)))
                .map(_ -> "is not the record that the node signed");
    }

    private static String leaf(JournalBatch.Root root, long seq) {
        List<String> hashes = root.hashes();
        long place = seq - root.from();
        return place >= 0 && place < hashes.size() ? hashes.get((int) place) : "";
    }
}
