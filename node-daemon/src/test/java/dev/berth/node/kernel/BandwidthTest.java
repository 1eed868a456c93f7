package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.node.host.CpuRate;
import org.junit.jupiter.api.Test;

class BandwidthTest {
    @Test
    void rateIsGivenOverItsInterval() {
        assertEquals(new Bandwidth(25_000, 100_000), Bandwidth.of(new CpuRate(250_000, 100, 1), 128));
        assertEquals(new Bandwidth(125_000, 500_000), Bandwidth.of(new CpuRate(250_000, 500, 1), 128));
        assertEquals(new Bandwidth(6_400_000, 100_000), Bandwidth.of(new CpuRate(64_000_000, 100, 1), 128));
    }

    @Test
    void smallRatesUseTheLongestPeriod() {
        assertEquals(new Bandwidth(9_000, 1_000_000), Bandwidth.of(new CpuRate(9_000, 100, 1), 128));
    }

    @Test
    void theWholeHostIsNoLimit() {
        assertEquals(new Bandwidth(Bandwidth.NO_QUOTA, 100_000), Bandwidth.of(new CpuRate(2_000_000, 100, 1), 2));
        assertEquals(new Bandwidth(199_900, 100_000), Bandwidth.of(new CpuRate(1_999_000, 100, 1), 2));
    }

    @Test
    void neverBelowWhatTheKernelTakes() {
        assertEquals(new Bandwidth(1_000, 1_000_000), Bandwidth.of(new CpuRate(1, 100, 1), 128));
    }
}
