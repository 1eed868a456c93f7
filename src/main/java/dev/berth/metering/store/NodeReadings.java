package dev.berth.metering.store;

import dev.berth.contract.Readings;
import dev.berth.fleet.ReadingSink;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.PublicKey;
import java.util.UUID;

/** Hands batches from the agent API to the ingest. */
@ApplicationScoped
class NodeReadings implements ReadingSink {
    private final ReadingIngest ingest;

    NodeReadings(ReadingIngest ingest) {
        this.ingest = ingest;
    }

    @Override
    public Result take(UUID nodeId, PublicKey nodeKey, Readings batch) {
        return switch (ingest.ingest(nodeId, nodeKey, batch)) {
            case IngestResult.Acked acked -> new Result.Acked(acked.seq());
            case IngestResult.Hole hole -> new Result.Hole(hole.expectedSeq());
            case IngestResult.Rejected rejected -> new Result.Broken(rejected.reason());
        };
    }
}
