package dev.berth.contract;

import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Reading;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The canonical text of a reading, over which the hash chain runs. It is not JSON, so that neither the order of fields
 * nor a library's formatting can change a hash. One line, fields joined by {@code |}, in the order of the records.
 *
 * <p>The first field says which form it is. {@code v1} is for ever what it was; a record that has snapshots' byte-seconds is a
 * {@code v2}, which ends its counters with them; one that tells local traffic apart is a {@code v3}, which has its two counters
 * after snapshots' byte-seconds, or after a {@code -} where there were none. A {@code v4} has bought CPU time, two counters after those two or
 * after two {@code -}. So what was written before still is what its hash says.
 */
public final class JournalText {
    private JournalText() {}

    /** The canonical text of a record. */
    public static String of(long seq, Reading r) {
        Counters c = r.counters();
        return String.join(
                "|",
                form(c),
                Long.toString(seq),
                r.kind().name(),
                r.contextId(),
                Long.toString(r.generation()),
                r.bootId(),
                Long.toString(r.startNo()),
                Long.toString(r.utcMillis()),
                Long.toString(r.monotonicNanos()),
                Boolean.toString(r.running()),
                counters(c),
                r.gapReason().orElse("-"));
    }

    /** SHA-256 of the previous hash, a line feed and the canonical text, in lower-case hexadecimal. */
    public static String hash(String prevHash, long seq, Reading reading) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] digest = sha256.digest((prevHash + "\n" + of(seq, reading)).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Digits of ASCII wherever the machine stands, which {@code String.format} would not promise. */
    private static String counters(Counters c) {
        return c.cpuUsec() + "," + c.cpuThrottledUsec() + "," + c.memoryByteSeconds() + "," + c.diskByteSeconds() + ","
                + c.netTxBytes() + "," + c.netRxBytes() + "," + c.ioReadBytes() + "," + c.ioWriteBytes() + ","
                + c.addressSeconds() + "," + c.uptimeSeconds() + "," + c.cpuTokens() + more(c);
    }

    private static String form(Counters c) {
        if (c.boughtCpu().isPresent()) {
            return "v4";
        }
        if (c.local().isPresent()) {
            return "v3";
        }
        return c.snapshotByteSeconds().isPresent() ? "v2" : "v1";
    }

    private static String more(Counters c) {
        Optional<String> snapshots = c.snapshotByteSeconds().map(sum -> "," + sum);
        Optional<String> local =
                c.local().map(part -> snapshots.orElse(",-") + "," + part.txBytes() + "," + part.rxBytes());
        return c.boughtCpu()
                .map(part -> local.orElse(snapshots.orElse(",-") + ",-,-") + "," + part.creditMicros() + ","
                        + part.surplusMicros())
                .orElse(local.orElse(snapshots.orElse("")));
    }
}
