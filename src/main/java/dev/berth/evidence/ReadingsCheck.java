package dev.berth.evidence;

import dev.berth.contract.JournalText;
import dev.berth.contract.MerkleTree;
import dev.berth.contract.Readings.Reading;
import dev.berth.evidence.Proved.By;
import dev.berth.evidence.Rows.Batch;
import dev.berth.evidence.Rows.Entry;
import dev.berth.metering.ReadingRef;
import dev.berth.units.NodeId;
import java.io.BufferedReader;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Reads the readings of a VPS on a node and checks each: that its text is what its hash says, that the hash leads to a signature of the
 * node, and that the time by which it is charged follows from the node's clock.
 */
final class ReadingsCheck {
    /** Longer rows are no readings: a path of ten hashes and a text of some hundred characters. */
    private static final int MAX_ROW = 10_000;

    private static final int MAX_READINGS = 5_000_000;

    private final UUID vps;
    private final NodeId node;
    private final Map<Integer, PublicKey> keys = new HashMap<>();
    private final List<String> fingerprints = new ArrayList<>();
    private final List<Proved> readings = new ArrayList<>();
    private final Set<String> provedRoots = new HashSet<>();
    private Optional<Batch> batch = Optional.empty();
    private String nodeName = "";

    private ReadingsCheck(UUID vps, NodeId node) {
        this.vps = vps;
        this.node = node;
    }

    static Measured check(UUID vps, NodeId node, BufferedReader file) throws IOException {
        ReadingsCheck check = new ReadingsCheck(vps, node);
        Optional<String> fault = Optional.empty();
        try {
            for (String row = file.readLine(); row != null; row = file.readLine()) {
                check.row(row);
            }
        } catch (BundleException e) {
            fault = Optional.of("after %d readings: %s".formatted(check.readings.size(), e.getMessage()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            fault = Optional.of("after %d readings a row has not the right form".formatted(check.readings.size()));
        }
        check.followChains();
        return new Measured(check.nodeName, check.readings, check.fingerprints, fault);
    }

    private void row(String row) {
        if (row.length() > MAX_ROW || readings.size() >= MAX_READINGS) {
            throw new BundleException("a row is too long, or there are too many");
        }
        String kind = row.substring(0, Math.max(0, row.indexOf(' ')));
        switch (kind) {
            case "node" -> head(row.split(" ", 4));
            case "key" -> key(row.split(" ", -1));
            case "batch" -> batch = Optional.of(Batch.parse(row.split(" ", -1)));
            case "reading" -> readings.add(proved(Entry.parse(row)));
            default -> throw new BundleException("a row begins with no word that is known");
        }
    }

    private void head(String[] f) {
        if (!f[1].equals(vps.toString()) || !f[2].equals(node.toString())) {
            throw new BundleException("the readings are of another VPS or node");
        }
        nodeName = f[3];
    }

    private void key(String[] f) {
        byte[] der = Base64.getDecoder().decode(f[2]);
        keys.put(Integer.valueOf(f[1]), Keys.publicKey(der));
        fingerprints.add(Keys.sha256(der));
    }

    private Proved proved(Entry record) {
        Reading reading = ReadingText.parse(record.seq(), record.text());
        Optional<String> fault = fault(record, reading);
        By by = By.NOTHING;
        if (fault.isEmpty()) {
            by = bySignature(record);
            fault = signatureFault(record, by);
        }
        if (readings.isEmpty() && record.effectiveMillis() != reading.utcMillis()) {
            by = By.NOTHING; // the node's clock went back before it, which only the portal can say
        }
        Instant at = Instant.ofEpochMilli(record.effectiveMillis());
        return new Proved(
                ReadingText.forMetering(new ReadingRef(node, record.seq()), reading, at),
                record.prevHash(),
                record.hash(),
                by,
                fault);
    }

    private Optional<String> fault(Entry record, Reading reading) {
        if (!reading.contextId().equals(vps.toString())) {
            return Optional.of("is of another VPS");
        }
        if (!record.hash().equals(JournalText.hash(record.prevHash(), record.seq(), reading))) {
            return Optional.of("is not what its hash says");
        }
        if (readings.isEmpty()) {
            return record.effectiveMillis() < reading.utcMillis()
                    ? Optional.of("is charged by a time before the node's")
                    : Optional.empty();
        }
        return faultAfter(readings.getLast(), record, reading);
    }

    private static Optional<String> faultAfter(Proved before, Entry record, Reading reading) {
        long seqBefore = before.reading().ref().seq();
        if (record.seq() <= seqBefore) {
            return Optional.of("does not come after record %d".formatted(seqBefore));
        }
        if (record.seq() == seqBefore + 1 && !record.prevHash().equals(before.hash())) {
            return Optional.of("does not follow record %d".formatted(seqBefore));
        }
        long expected = Math.max(reading.utcMillis(), before.reading().at().toEpochMilli());
        return record.effectiveMillis() == expected
                ? Optional.empty()
                : Optional.of("is charged by another time than the node's");
    }

    private By bySignature(Entry record) {
        if (batch.isEmpty()
                || !batch.get().has(record.seq())
                || !keys.containsKey(batch.get().key())) {
            return By.NOTHING;
        }
        Batch signed = batch.get();
        if (record.path().isPresent()
                && rootSigned(signed, record, record.path().get())) {
            return By.ROOT;
        }
        return record.seq() == signed.lastSeq() && endSigned(signed, record) ? By.END : By.NOTHING;
    }

    private boolean endSigned(Batch signed, Entry record) {
        return keys.containsKey(signed.key())
                && Keys.signed(key(signed), HexFormat.of().parseHex(record.hash()), signed.signature());
    }

    private PublicKey key(Batch signed) {
        return Optional.ofNullable(keys.get(signed.key())).orElseThrow();
    }

    private boolean rootSigned(Batch signed, Entry record, List<String> path) {
        long from = signed.leavesFrom().orElse(0L);
        int size = Math.toIntExact(signed.lastSeq() - from + 1);
        Optional<String> root = MerkleTree.rootOf(record.hash(), Math.toIntExact(record.seq() - from), size, path);
        if (root.isEmpty() || signed.rootSignature().isEmpty()) {
            return false;
        }
        String known = signed.row() + root.get();
        if (!provedRoots.contains(known)
                && Keys.signed(
                        key(signed),
                        MerkleTree.signedText(from, signed.lastSeq(), root.get()),
                        signed.rootSignature().get())) {
            provedRoots.add(known);
        }
        return provedRoots.contains(known);
    }

    /** A batch that came without a root's signature leaves a reading unproved; one that came with it may not. */
    private Optional<String> signatureFault(Entry record, By by) {
        if (batch.isEmpty() || !batch.get().has(record.seq())) {
            return Optional.of("belongs to no batch of the node");
        }
        Batch signed = batch.get();
        boolean rooted = signed.rootSignature().isPresent();
        if (record.path().isPresent() != rooted || (rooted && by != By.ROOT)) {
            return Optional.of("does not lead to the root that the node signed");
        }
        return record.seq() == signed.lastSeq() && !endSigned(signed, record)
                ? Optional.of("ends a batch that the node did not sign")
                : Optional.empty();
    }

    /** Records that stand without a hole before a proved one are proved by its hash, which covers theirs. */
    private void followChains() {
        for (int i = readings.size() - 2; i >= 0; i--) {
            Proved here = readings.get(i);
            Proved next = readings.get(i + 1);
            boolean linked = next.reading().ref().seq() == here.reading().ref().seq() + 1
                    && next.prevHash().equals(here.hash())
                    && next.signed();
            if (linked && !here.signed() && here.fault().isEmpty()) {
                readings.set(i, here.by(By.CHAIN));
            }
        }
    }
}
