package dev.berth.metering.store;

/** What came of a batch of readings. */
public sealed interface IngestResult {
    /** @param seq everything up to here is stored */
    record Acked(long seq) implements IngestResult {}

    /** Records are missing before the batch; nothing was stored. */
    record Hole(long expectedSeq) implements IngestResult {}

    /** The batch contradicts itself, its signature or what is stored; nothing was stored. */
    record Rejected(String reason) implements IngestResult {}
}
