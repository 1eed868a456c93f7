package dev.berth.invoice;

import dev.berth.metering.store.Inclusion;
import dev.berth.metering.store.ReadingStore.SignedBatch;
import dev.berth.metering.store.StoredReading;
import dev.berth.platform.Problem;
import dev.berth.units.InvoiceId;
import java.util.List;
import java.util.Optional;

/** What stands behind a line: its rated intervals, their readings, and the node's signatures over them. */
public record Evidence(InvoiceId invoice, InvoiceLine line, List<Proof> proofs) {
    /** Readings shown of one interval at a time; the first and the last of the interval are always among the first ones. */
    public static final int MAX_READINGS = 500;

    public Evidence {
        proofs = List.copyOf(proofs);
    }

    /**
     * What part is asked for.
     *
     * @param interval 1, 2 …; empty for all
     * @param after sequence number that the readings come after; 0 from the first on
     */
    public record Ask(Optional<Integer> interval, long after, int limit) {
        /** The beginning of every interval. */
        public static final Ask FIRST = new Ask(Optional.empty(), 0, MAX_READINGS);

        public Ask {
            if (limit < 1 || limit > MAX_READINGS) {
                throw Problem.invalid("limit", "must be from 1 to " + MAX_READINGS);
            }
            if (after < 0) {
                throw Problem.invalid("cursor", "is not one this list gave");
            }
            if (after > 0 && interval.isEmpty()) {
                throw Problem.invalid("interval", "must be there with a cursor");
            }
        }

        public static Ask of(Optional<Integer> interval, Optional<String> cursor, Optional<Integer> limit) {
            return new Ask(interval, cursor.map(Ask::parse).orElse(0L), limit.orElse(MAX_READINGS));
        }

        private static long parse(String cursor) {
            try {
                return Long.parseLong(cursor);
            } catch (NumberFormatException e) {
                Problem problem = Problem.invalid("cursor", "is not one this list gave");
                problem.initCause(e);
                throw problem;
            }
        }

        boolean wants(int n) {
            return interval.isEmpty() || interval.get() == n;
        }
    }

    /**
     * @param n the interval's place, from 1
     * @param nodeName of the node that measured it; empty for a line without readings
     * @param readings in the order of the journal
     * @param firstBatch the signed batch that the first reading came in
     * @param complete whether {@code readings} are all there are
     * @param next cursor of the readings that follow; empty at the end
     */
    public record Proof(
            int n,
            RatedInterval interval,
            String nodeName,
            List<Shown> readings,
            Optional<SignedBatch> firstBatch,
            Optional<SignedBatch> lastBatch,
            boolean complete,
            Optional<String> next) {
        public Proof {
            readings = List.copyOf(readings);
        }
    }

    /**
     * A reading with what proves it.
     *
     * @param inclusion its way to the root that the node signed; empty from a node that signs none
     */
    public record Shown(StoredReading stored, Optional<Inclusion> inclusion) {}
}
