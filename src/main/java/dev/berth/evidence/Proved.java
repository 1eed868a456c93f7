package dev.berth.evidence;

import dev.berth.metering.MeterReading;
import java.util.Optional;

/**
 * A reading of a bundle after its check.
 *
 * @param by what proves that the node wrote it
 * @param fault what does not fit
 */
record Proved(MeterReading reading, String prevHash, String hash, By by, Optional<String> fault) {
    /** How a reading is proved, the strongest first. */
    enum By {
        /** A path leads to the root that the node signed. */
        ROOT,
        /** It ends the chain of a batch, and the node signed its hash. */
        END,
        /** The records after it, all of them here, lead to a proved one. */
        CHAIN,
        /** Only the portal says that it came from the node. */
        NOTHING
    }

    boolean signed() {
        return by != By.NOTHING;
    }

    Proved by(By stronger) {
        return new Proved(reading, prevHash, hash, stronger, fault);
    }
}
