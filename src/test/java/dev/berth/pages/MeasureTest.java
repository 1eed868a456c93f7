package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.metering.Meter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasureTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            COUNT,     1000,               1000
            CPU,       250,                0.25 vCPU
            CPU,       2000,               2 vCPU
            BANK,      600000,             10 min
            BANK,      1500,               1.5 s
            SIZE,      268435456,          256 MiB
            SIZE,      1610612736,         1.5 GiB
            SIZE,      1000000001,         1000000001 B
            SIZE,      1000000000,         976562.5 KiB
            RATE,      100000000,          100 Mbit/s
            TIME,      3600,               1 h
            TIME,      100,                100 s
            CPU_TIME,  720000000000,       200 h
            CPU_TIME,  1,                  1 µs
            TRAFFIC,   1500000000000,      1.5 TB
            TRAFFIC,   100,                100 B
            SIZE_TIME, 3865470566400,      1 GiB h
            SIZE_TIME, 27831388078080000,  7200 GiB h
            SIZE_TIME, 7,                  7 B s
            """)
    void isReadAsItIsWritten(Measure measure, BigDecimal base, String text) {
        assertEquals(text, measure.write(base));
        assertEquals(Optional.of(base), measure.read(text));
    }

    @Test
    void unitsMayBeWrittenInSmallLettersAndWithoutSpace() {
        assertEquals(Optional.of(BigDecimal.valueOf(512L << 20)), Measure.SIZE.read("512mib"));
        assertEquals(Optional.of(BigDecimal.valueOf(3600L << 30)), Measure.SIZE_TIME.read("1  gib h"));
        assertEquals(Optional.of(BigDecimal.valueOf(250)), Measure.CPU.read("0.25"));
        assertEquals(Optional.of(BigDecimal.TEN), Measure.TRAFFIC.read("10"));
        assertEquals("0", Measure.SIZE.write(0));
    }

    @Test
    void whatIsNoSuchQuantityIsRefused() {
        for (String text : List.of("512", "-1 MiB", "1e3 MiB", "0.5 B", "1,5 GiB", "1 GB", "much", "MiB")) {
            assertTrue(Measure.SIZE.unreadable(text), text);
            assertEquals(Long.valueOf(-1), Measure.SIZE.whole(text), text);
            assertEquals(BigDecimal.ONE.negate(), Measure.SIZE.decimal(text), text);
        }
        assertEquals(Long.valueOf(-1), Measure.SIZE.whole("9000000 TiB"), "more than a long holds");
        assertFalse(Measure.SIZE.unreadable(""));
        assertNull(Measure.SIZE.whole(""));
        assertNull(Measure.SIZE.decimal(""));
    }

    @Test
    void everyMeterHasOne() {
        for (Meter meter : Meter.values()) {
            assertEquals(Measure.of(meter), Measure.of(meter.name()));
        }
        assertEquals(Measure.COUNT, Measure.of(""));
    }
}
