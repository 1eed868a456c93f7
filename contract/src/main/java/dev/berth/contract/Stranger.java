package dev.berth.contract;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a node knows of a context that its portal does not ask for: enough to make it somebody's again.
 *
 * @param generation the highest that the node has seen of it; a spec must have a higher one
 * @param imageDigest of the image that its layer lies over
 * @param hostname as it was last told
 * @param addresses as they were last told
 * @param diskBytes that its layer takes up; empty where that cannot be seen now
 * @param running whether its init runs
 */
public record Stranger(
        long generation,
        String imageDigest,
        String hostname,
        List<String> addresses,
        Optional<Long> diskBytes,
        boolean running) {
    public Stranger {
        Faults faults = new Faults("stranger");
        faults.positive("generation", generation);
        faults.matches("imageDigest", imageDigest, Patterns.DIGEST);
        faults.matches("hostname", hostname, Patterns.HOSTNAME);
        faults.each("addresses", addresses, Patterns.ADDRESS, ContextSpec.MAX_ADDRESSES);
        Objects.requireNonNull(diskBytes, "diskBytes");
        diskBytes.ifPresent(bytes -> faults.notNegative("diskBytes", bytes));
        faults.throwIfAny();
        addresses = List.copyOf(addresses);
    }
}
