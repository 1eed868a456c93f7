package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class BandwidthTest {
    @Test
    void aQuarterOfACpuIsAQuarterOfThePeriod() {
        assertEquals(new Bandwidth(25_000, 100_000), Bandwidth.ofMilli(250));
    }

    @Test
    void twoCpusAreTwoPeriods() {
        assertEquals(new Bandwidth(200_000, 100_000), Bandwidth.ofMilli(2000));
    }

    @Test
    void smallSharesUseTheLongPeriodAndStayExact() {
        assertEquals(new Bandwidth(5_000, 1_000_000), Bandwidth.ofMilli(5));
        assertEquals(new Bandwidth(1_000, 1_000_000), Bandwidth.ofMilli(1));
        assertEquals(new Bandwidth(1_000, 100_000), Bandwidth.ofMilli(10));
    }

    @Test
    void nothingIsNoQuota() {
        assertThrows(IllegalArgumentException.class, () -> Bandwidth.ofMilli(0));
    }
}
