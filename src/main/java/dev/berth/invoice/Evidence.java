package dev.berth.invoice;

import dev.berth.metering.store.ReadingStore.SignedBatch;
import dev.berth.metering.store.StoredReading;
import dev.berth.units.InvoiceId;
import java.util.List;
import java.util.Optional;

/** What stands behind a line: its rated intervals, their readings, and the node's signatures over them. */
public record Evidence(InvoiceId invoice, InvoiceLine line, List<Proof> proofs) {
    /** Readings shown of one interval; the first and the last are always among them. */
    public static final int MAX_READINGS = 500;

    public Evidence {
        proofs = List.copyOf(proofs);
    }

    /**
     * @param readings in the order of the journal
     * @param firstBatch the signed batch that the first reading came in
     * @param complete whether {@code readings} are all there are
     */
    public record Proof(
            RatedInterval interval,
            List<StoredReading> readings,
            Optional<SignedBatch> firstBatch,
            Optional<SignedBatch> lastBatch,
            boolean complete) {
        public Proof {
            readings = List.copyOf(readings);
        }
    }
}
