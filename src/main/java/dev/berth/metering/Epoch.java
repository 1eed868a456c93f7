package dev.berth.metering;

import java.util.Objects;
import java.util.UUID;

/** The stretch in which a context's counters never go back: one boot of the host and one start of the context. */
public record Epoch(UUID bootId, long startNo) {
    public Epoch {
        Objects.requireNonNull(bootId, "bootId");
        if (startNo < 0) {
            throw new IllegalArgumentException("start number %d is negative".formatted(startNo));
        }
    }
}
