package dev.berth.contract;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code PUT /agent/v1/migrations/{id}/departure}, when all pieces ({@code PUT …/pieces/{n}}, n from 0) are there: what a context
 * takes with it. The target reads both by GET. A repeat is a no-op.
 *
 * @param archiveDigest {@code sha256:<64 hex>} of all pieces in their order: the private layer as the source wrote it down
 * @param archiveBytes their length; each has {@link #PIECE_BYTES} but for the last
 * @param carried what was measured and saved up
 */
public record Departure(String archiveDigest, long archiveBytes, Carried carried) {
    /** So large is a piece; a portal stores and a node sends one at a time. */
    public static final int PIECE_BYTES = 1 << 20;

    public Departure {
        Faults faults = new Faults("departure");
        faults.matches("archiveDigest", archiveDigest, Patterns.DIGEST);
        faults.positive("archiveBytes", archiveBytes);
        faults.present("carried", carried);
        faults.throwIfAny();
    }

    /** How many pieces there are. */
    public long pieces() {
        return (archiveBytes + PIECE_BYTES - 1) / PIECE_BYTES;
    }

    /**
     * Meter and bank at the source's last reading.
     *
     * @param counters of that reading; the target's first reading is a CHECKPOINT with the same values
     * @param startNo how often it was started by then
     * @param bank empty for a context that never ran
     * @param written what the node noted of the files it wrote into the context: from these it knows on the other side, too, what is the
     *     owner's own by now; empty where a node notes nothing
     */
    public record Carried(
            Readings.Counters counters, long startNo, Optional<Bank> bank, Optional<Map<String, String>> written) {
        public static final int MAX_WRITTEN = 64;
        private static final Pattern NOTE = Pattern.compile("[\\x21-\\x7e]{1,300}");

        public Carried {
            Faults faults = new Faults("carried");
            faults.present("counters", counters);
            faults.notNegative("startNo", startNo);
            faults.present("bank", bank);
            Objects.requireNonNull(written, "written");
            written.ifPresent(notes -> {
                faults.each("written", List.copyOf(notes.keySet()), NOTE, MAX_WRITTEN);
                faults.each("written", List.copyOf(notes.values()), NOTE, MAX_WRITTEN);
            });
            faults.throwIfAny();
            written = written.map(Map::copyOf);
        }

        /** Nothing is known of files that were written. */
        public Carried(Readings.Counters counters, long startNo, Optional<Bank> bank) {
            this(counters, startNo, bank, Optional.empty());
        }

        public Carried withWritten(Map<String, String> notes) {
            return new Carried(counters, startNo, bank, Optional.of(notes));
        }
    }

    /**
     * @param balanceNanos CPU-nanoseconds saved; below zero where there is a debt
     * @param held whether it is held to its baseline until it has saved enough
     * @param utcMillis when that was: it fills while it is on its way
     */
    public record Bank(long balanceNanos, boolean held, long utcMillis) {
        public Bank {
            Faults faults = new Faults("bank");
            faults.positive("utcMillis", utcMillis);
            faults.throwIfAny();
        }
    }
}
