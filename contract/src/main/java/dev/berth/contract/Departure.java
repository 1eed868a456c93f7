package dev.berth.contract;

import java.util.Optional;

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
     */
    public record Carried(Readings.Counters counters, long startNo, Optional<Bank> bank) {
        public Carried {
            Faults faults = new Faults("carried");
            faults.present("counters", counters);
            faults.notNegative("startNo", startNo);
            faults.present("bank", bank);
            faults.throwIfAny();
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
