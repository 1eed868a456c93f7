package dev.berth.node.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.JournalText;
import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchSignerTest {
    private static final String ID = "01932c07-9a11-7b3c-8d2e-0123456789ab";
    private static final String BOOT = "7c1f0f0e-3b0a-4c55-9d55-6a1f0a0f6b11";

    private static List<Entry> journal(int count) {
        List<Entry> entries = new ArrayList<>();
        String before = Readings.GENESIS;
        for (int seq = 1; seq <= count; seq++) {
            Reading reading = new Reading(
                    Kind.SAMPLE, ID, 3, BOOT, 1, 1_700_000_000_000L + seq, 99, true, Counters.ZERO, Optional.empty());
            before = JournalText.hash(before, seq, reading);
            entries.add(new Entry(
                    seq,
                    entries.isEmpty() ? Readings.GENESIS : entries.getLast().hash(),
                    before,
                    reading));
        }
        return entries;
    }

    private static boolean verifies(PublicKey key, byte[] content, String signature) throws GeneralSecurityException {
        Signature check = Signature.getInstance("SHA256withECDSA");
        check.initVerify(key);
        check.update(content);
        return check.verify(Base64.getDecoder().decode(signature));
    }

    @Test
    void theEndOfTheChainAndTheRootAreSigned() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        List<Entry> entries = journal(5);

        Readings batch = BatchSigner.signed(BOOT, entries, keys.getPrivate());

        byte[] end = HexFormat.of().parseHex(entries.getLast().hash());
        assertTrue(verifies(keys.getPublic(), end, batch.signature()));
        String root = batch.rootSignature().orElseThrow();
        assertTrue(verifies(keys.getPublic(), batch.rootText(), root));
        Readings shorter = new Readings(BOOT, entries.subList(0, 4), batch.signature());
        assertFalse(verifies(keys.getPublic(), shorter.rootText(), root));
    }
}
