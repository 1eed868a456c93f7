package dev.berth.metering.store;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Whether a batch is what its node signed. The order of its records is the contract's own check. */
final class BatchCheck {
    private static final HexFormat HEX = HexFormat.of();
    private static final long EARLIEST_MILLIS =
            Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
    private static final long LATEST_MILLIS =
            Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();

    private BatchCheck() {}

    /** The first thing that is wrong. */
    static Optional<String> fault(Readings batch, PublicKey key) {
        for (Entry entry : batch.records()) {
            if (!entry.intact()) {
                return Optional.of("the hash of record %d is not that of its content".formatted(entry.seq()));
            }
            long utc = entry.reading().utcMillis();
            if (utc < EARLIEST_MILLIS || utc > LATEST_MILLIS) {
                return Optional.of("the time of record %d cannot be".formatted(entry.seq()));
            }
        }
        if (!signed(HEX.parseHex(batch.records().getLast().hash()), batch.signature(), key)) {
            return Optional.of("the signature is not the node's");
        }
        return batch.rootSignature()
                .filter(root -> !signed(batch.rootText(), root, key))
                .map(_ -> "the signature over the root of the records is not the node's");
    }

    /** Whether a text is the node's signature over a content. */
    static boolean signed(byte[] content, String text, PublicKey key) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(key);
            signature.update(content);
            return signature.verify(Base64.getDecoder().decode(text));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // a key of another kind or bytes that are no signature
        }
    }
}
