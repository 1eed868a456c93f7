package dev.berth.units;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Time that CPUs worked, in microseconds of one CPU. */
public record CpuTime(long micros) {
    public CpuTime {
        if (micros < 0) {
            throw new IllegalArgumentException("%d µs of CPU time is negative".formatted(micros));
        }
    }

    public CpuTime plus(CpuTime other) {
        return new CpuTime(Math.addExact(micros, other.micros));
    }

    /** For people: {@code 12.34 s}. */
    @Override
    public String toString() {
        return BigDecimal.valueOf(micros, 6).setScale(2, RoundingMode.HALF_UP).toPlainString() + " s";
    }
}
