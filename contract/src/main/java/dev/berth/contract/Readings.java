package dev.berth.contract;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code POST /agent/v1/readings}: a batch of the node's journal. Answer {@link Ack}; a hole is {@code 409} with
 * {@link Expected}; a repeat is a no-op.
 *
 * @param bootId of the host when the batch was sent
 * @param records consecutive records, the first one following what was acked
 * @param signature base64 of the node key's signature (SHA256withECDSA) over the last record's hash in raw bytes
 * @param rootSignature base64 of the same key's signature over {@link MerkleTree#signedText} of the records' hashes; empty from a
 *     node that does not make one
 */
public record Readings(String bootId, List<Entry> records, String signature, Optional<String> rootSignature) {
    public static final int MAX_RECORDS = 1_000;

    /**
     * Stands for a context's id in readings of the host itself: CPU time of all contexts together, and what the packet filter saw all
     * of them send and receive, each counted apart from any context's own counters. Nobody pays for it; sums are compared with it.
     */
    public static final String HOST = "00000000-0000-0000-0000-000000000000";

    /** {@code prevHash} of the first record of a journal. */
    public static final String GENESIS = "0".repeat(64);

    public Readings {
        Faults faults = new Faults("readings");
        faults.uuid("bootId", bootId);
        faults.size("records", records, MAX_RECORDS);
        faults.text("signature", signature, 256);
        Objects.requireNonNull(rootSignature, "rootSignature");
        rootSignature.ifPresent(root -> faults.text("rootSignature", root, 256));
        faults.throwIfAny();
        records = List.copyOf(records);
        for (int i = 1; i < records.size(); i++) {
            follows(records.get(i - 1), records.get(i));
        }
    }

    /** A batch of a node that signs no root. */
    public Readings(String bootId, List<Entry> records, String signature) {
        this(bootId, records, signature, Optional.empty());
    }

    /** The tree over the records' hashes; there must be one at least. */
    public MerkleTree tree() {
        return MerkleTree.of(records.stream().map(Entry::hash).toList());
    }

    /** What {@code rootSignature} is over. */
    public byte[] rootText() {
        return MerkleTree.signedText(records.getFirst().seq(), records.getLast().seq(), tree().root());
    }

    private static void follows(Entry before, Entry after) {
        Faults faults = new Faults("readings");
        faults.check(
                after.seq() == before.seq() + 1,
                () -> "record %d does not follow %d".formatted(after.seq(), before.seq()));
        faults.check(
                after.prevHash().equals(before.hash()), () -> "record %d breaks the hash chain".formatted(after.seq()));
        faults.throwIfAny();
    }

    /**
     * One record of the journal with its place in the hash chain.
     *
     * @param seq 1, 2, 3 … for each node, without holes
     * @param prevHash hash of the record before, {@link #GENESIS} for the first
     * @param hash SHA-256 over {@code prevHash} and {@link JournalText#of(long, Reading)}, in hexadecimal
     */
    public record Entry(long seq, String prevHash, String hash, Reading reading) {
        public Entry {
            Faults faults = new Faults("journal entry");
            faults.positive("seq", seq);
            faults.matches("prevHash", prevHash, Patterns.SHA256_HEX);
            faults.matches("hash", hash, Patterns.SHA256_HEX);
            faults.present("reading", reading);
            faults.throwIfAny();
        }

        /** Whether {@code hash} is what the content says. */
        public boolean intact() {
            return hash.equals(JournalText.hash(prevHash, seq, reading));
        }
    }

    /**
     * A reading of absolute counters; {@code (bootId, startNo)} is their epoch, within which they never go back.
     *
     * @param generation of the spec in force when it was taken
     * @param bootId the kernel's boot id
     * @param startNo how often the context was started; 0 before the first start
     * @param utcMillis node's wall clock
     * @param monotonicNanos node's monotonic clock since boot
     * @param running whether the context ran when this was read
     * @param counters values; on a GAP the last ones known
     * @param gapReason why readings are missing before this one; present exactly on GAP
     */
    public record Reading(
            Kind kind,
            String contextId,
            long generation,
            String bootId,
            long startNo,
            long utcMillis,
            long monotonicNanos,
            boolean running,
            Counters counters,
            Optional<String> gapReason) {
        public Reading {
            Faults faults = new Faults("reading");
            faults.present("kind", kind);
            faults.uuid("contextId", contextId);
            faults.notNegative("generation", generation);
            faults.uuid("bootId", bootId);
            faults.notNegative("startNo", startNo);
            faults.positive("utcMillis", utcMillis);
            faults.notNegative("monotonicNanos", monotonicNanos);
            faults.present("counters", counters);
            Objects.requireNonNull(gapReason, "gapReason");
            faults.check(gapReason.isPresent() == (kind == Kind.GAP), () -> "gapReason must be there exactly on a GAP");
            gapReason.ifPresent(r -> faults.text("gapReason", r, 200));
            faults.throwIfAny();
        }
    }

    /**
     * OPEN begins an epoch, CLOSE ends it before anything is torn down, SAMPLE lies between, GAP says that readings are
     * missing since the record before, CHECKPOINT begins the counters of a context that came from elsewhere.
     */
    public enum Kind {
        OPEN,
        SAMPLE,
        CLOSE,
        GAP,
        CHECKPOINT
    }

    /**
     * Absolute counters since the context's creation on this node. Integrals (byte-seconds, seconds) count only while
     * what they measure exists: memory and uptime while running, disk and addresses from creation to deletion.
     *
     * <p>Byte-seconds are integers without a bound of 64 bits, in JSON too: a tebibyte would fill those in 97 days.
     *
     * @param cpuTokens balance of the CPU bank in CPU-milliseconds; a gauge, the only value that may fall
     * @param snapshotByteSeconds of snapshots; empty until there was one, and never again after
     * @param local the part of the network's bytes that stayed in local networks; empty from a node that does not tell them apart
     * @param boughtCpu the part of the CPU time that was drawn when the bank was empty; empty until there was some, and never again after
     */
    public record Counters(
            long cpuUsec,
            long cpuThrottledUsec,
            BigInteger memoryByteSeconds,
            BigInteger diskByteSeconds,
            long netTxBytes,
            long netRxBytes,
            long ioReadBytes,
            long ioWriteBytes,
            long addressSeconds,
            long uptimeSeconds,
            long cpuTokens,
            Optional<BigInteger> snapshotByteSeconds,
            Optional<Local> local,
            Optional<BoughtCpu> boughtCpu) {
        public static final Counters ZERO = new Counters(0, 0, BigInteger.ZERO, BigInteger.ZERO, 0, 0, 0, 0, 0, 0, 0);

        public Counters {
            Faults faults = new Faults("counters");
            faults.notNegative("cpuUsec", cpuUsec);
            faults.notNegative("cpuThrottledUsec", cpuThrottledUsec);
            faults.notNegative("memoryByteSeconds", memoryByteSeconds);
            faults.notNegative("diskByteSeconds", diskByteSeconds);
            faults.notNegative("netTxBytes", netTxBytes);
            faults.notNegative("netRxBytes", netRxBytes);
            faults.notNegative("ioReadBytes", ioReadBytes);
            faults.notNegative("ioWriteBytes", ioWriteBytes);
            faults.notNegative("addressSeconds", addressSeconds);
            faults.notNegative("uptimeSeconds", uptimeSeconds);
            Objects.requireNonNull(snapshotByteSeconds, "snapshotByteSeconds");
            snapshotByteSeconds.ifPresent(sum -> faults.notNegative("snapshotByteSeconds", sum));
            Objects.requireNonNull(local, "local");
            local.ifPresent(part -> faults.check(
                    part.txBytes() <= netTxBytes && part.rxBytes() <= netRxBytes,
                    () -> "local must be no more than netTxBytes and netRxBytes"));
            Objects.requireNonNull(boughtCpu, "boughtCpu");
            faults.throwIfAny();
        }

        /** Counters of a context that never had a snapshot, from a node that does not tell local traffic apart. */
        public Counters(
                long cpuUsec,
                long cpuThrottledUsec,
                BigInteger memoryByteSeconds,
                BigInteger diskByteSeconds,
                long netTxBytes,
                long netRxBytes,
                long ioReadBytes,
                long ioWriteBytes,
                long addressSeconds,
                long uptimeSeconds,
                long cpuTokens) {
            this(
                    cpuUsec,
                    cpuThrottledUsec,
                    memoryByteSeconds,
                    diskByteSeconds,
                    netTxBytes,
                    netRxBytes,
                    ioReadBytes,
                    ioWriteBytes,
                    addressSeconds,
                    uptimeSeconds,
                    cpuTokens,
                    Optional.empty());
        }

        /** Counters from a node that does not tell local traffic apart. */
        public Counters(
                long cpuUsec,
                long cpuThrottledUsec,
                BigInteger memoryByteSeconds,
                BigInteger diskByteSeconds,
                long netTxBytes,
                long netRxBytes,
                long ioReadBytes,
                long ioWriteBytes,
                long addressSeconds,
                long uptimeSeconds,
                long cpuTokens,
                Optional<BigInteger> snapshotByteSeconds) {
            this(
                    cpuUsec,
                    cpuThrottledUsec,
                    memoryByteSeconds,
                    diskByteSeconds,
                    netTxBytes,
                    netRxBytes,
                    ioReadBytes,
                    ioWriteBytes,
                    addressSeconds,
                    uptimeSeconds,
                    cpuTokens,
                    snapshotByteSeconds,
                    Optional.empty());
        }

        /** Counters of a context that never drew what was bought. */
        public Counters(
                long cpuUsec,
                long cpuThrottledUsec,
                BigInteger memoryByteSeconds,
                BigInteger diskByteSeconds,
                long netTxBytes,
                long netRxBytes,
                long ioReadBytes,
                long ioWriteBytes,
                long addressSeconds,
                long uptimeSeconds,
                long cpuTokens,
                Optional<BigInteger> snapshotByteSeconds,
                Optional<Local> local) {
            this(
                    cpuUsec,
                    cpuThrottledUsec,
                    memoryByteSeconds,
                    diskByteSeconds,
                    netTxBytes,
                    netRxBytes,
                    ioReadBytes,
                    ioWriteBytes,
                    addressSeconds,
                    uptimeSeconds,
                    cpuTokens,
                    snapshotByteSeconds,
                    local,
                    Optional.empty());
        }
    }

    /**
     * CPU time beyond the bank, in CPU-microseconds.
     *
     * @param creditMicros drawn from bought credit
     * @param surplusMicros drawn as surplus, which is paid for afterwards
     */
    public record BoughtCpu(long creditMicros, long surplusMicros) {
        public BoughtCpu {
            Faults faults = new Faults("boughtCpu");
            faults.notNegative("creditMicros", creditMicros);
            faults.notNegative("surplusMicros", surplusMicros);
            faults.throwIfAny();
        }
    }

    /** Bytes to and from local networks: addresses that no router of the world carries, and what the company named as its own. */
    public record Local(long txBytes, long rxBytes) {
        public Local {
            Faults faults = new Faults("local");
            faults.notNegative("txBytes", txBytes);
            faults.notNegative("rxBytes", rxBytes);
            faults.throwIfAny();
        }
    }

    /** @param ackedSeq the node may trim its journal up to here */
    public record Ack(long ackedSeq) {}

    /** @param expectedSeq the sequence number the portal waits for */
    public record Expected(long expectedSeq) {}
}
