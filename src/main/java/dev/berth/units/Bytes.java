package dev.berth.units;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** A size or an amount of data. */
public record Bytes(long value) {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    public Bytes {
        if (value < 0) {
            throw new IllegalArgumentException("%d bytes is negative".formatted(value));
        }
    }

    /** For people: {@code 1.5 GiB}. */
    @Override
    public String toString() {
        int unit = value == 0 ? 0 : (63 - Long.numberOfLeadingZeros(value)) / 10;
        BigDecimal size = BigDecimal.valueOf(value)
                .divide(BigDecimal.valueOf(1L << (10 * unit)), 1, RoundingMode.HALF_UP)
                .stripTrailingZeros();
        return size.toPlainString() + " " + UNITS[unit];
    }
}
