package dev.berth.fleet;

import dev.berth.contract.Readings;
import java.security.PublicKey;
import java.util.UUID;

/** Takes batches of a node's journal: implemented by metering. */
public interface ReadingSink {
    /** Stores a batch and the new acknowledgement in one transaction. */
    Result take(UUID nodeId, PublicKey nodeKey, Readings batch);

    /** How a batch was received. */
    sealed interface Result {
        /** Stored, or was already. */
        record Acked(long ackedSeq) implements Result {}

        /** Records before this batch are missing. */
        record Hole(long expectedSeq) implements Result {}

        /** A record's time is yet to come by the portal's clock: nothing was stored, the node sends it again later. */
        record Early(String detail) implements Result {}

        /** The hash chain or the signature is not right: nothing was stored. */
        record Broken(String detail) implements Result {}
    }
}
