package dev.berth.testing;

import dev.berth.contract.JournalText;
import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A node's journal as berthd keeps it: chained, numbered, signed per batch. */
public final class Journal {
    public static final String BOOT = "00000000-0000-4000-8000-0000000000b0";
    private final KeyPair keys;
    private final List<Entry> entries = new ArrayList<>();

    public Journal() {
        this(Keys.fresh());
    }

    /** Of a node that has its key already. */
    public Journal(KeyPair keys) {
        this.keys = keys;
    }

    public PublicKey key() {
        return keys.getPublic();
    }

    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    public Entry add(Reading reading) {
        String prev = entries.isEmpty() ? Readings.GENESIS : entries.getLast().hash();
        long seq = entries.size() + 1L;
        Entry entry = new Entry(seq, prev, JournalText.hash(prev, seq, reading), reading);
        entries.add(entry);
        return entry;
    }

    /** A reading without a gap. */
    public Entry add(Kind kind, UUID context, long startNo, Instant at, Counters counters) {
        return add(new Reading(
                kind,
                context.toString(),
                1,
                BOOT,
                startNo,
                at.toEpochMilli(),
                at.toEpochMilli() * 1_000_000,
                kind != Kind.CLOSE,
                counters,
                Optional.empty()));
    }

    /** The last reading of a context, taken under its tombstone. */
    public Entry addLast(UUID context, long generation, Instant at, Counters counters) {
        return add(new Reading(
                Kind.CLOSE,
                context.toString(),
                generation,
                BOOT,
                1,
                at.toEpochMilli(),
                at.toEpochMilli() * 1_000_000,
                false,
                counters,
                Optional.empty()));
    }

    /** Records from {@code first} to {@code last}, both included. */
    public Readings batch(long first, long last) {
        return signed(entries.subList((int) first - 1, (int) last));
    }

    public Readings all() {
        return signed(entries);
    }

    public Readings signed(List<Entry> records) {
        return signed(BOOT, records, keys.getPrivate());
    }

    /** The same as a node sends it that signs roots. */
    public Readings rooted(long first, long last) {
        Readings plain = batch(first, last);
        return new Readings(
                BOOT, plain.records(), plain.signature(), Optional.of(signature(keys.getPrivate(), plain.rootText())));
    }

    public static Readings signed(String bootId, List<Entry> records, PrivateKey key) {
        return new Readings(
                bootId,
                records,
                signature(key, HexFormat.of().parseHex(records.getLast().hash())));
    }

    private static String signature(PrivateKey key, byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(content);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same value in every counter that money rests on. */
    public static Counters counters(long value) {
        BigInteger wide = BigInteger.valueOf(value);
        return new Counters(value, 0, wide, wide, value, value, 0, 0, value, value, 0);
    }
}
