package dev.berth.node.agent;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Signs a batch of the journal twice: the end of its chain, and the root of the tree over its records, by which each of them can
 * be proved without the others.
 */
final class BatchSigner {
    private BatchSigner() {}

    /** @param records one at least */
    static Readings signed(String bootId, List<Entry> records, PrivateKey key) throws IOException {
        String chain = sign(key, HexFormat.of().parseHex(records.getLast().hash()));
        byte[] root = new Readings(bootId, records, chain).rootText();
        return new Readings(bootId, records, chain, Optional.of(sign(key, root)));
    }

    private static String sign(PrivateKey key, byte[] content) throws IOException {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(content);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IOException("a batch cannot be signed", e);
        }
    }
}
