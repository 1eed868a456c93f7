package dev.berth.node.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.contract.ContextSpec.Limits;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PurseTest {
    @Test
    void creditIsDrawnBeforeSurplus() {
        Purse purse = new Purse(100, 50, Drawn.NOTHING);
        assertEquals(new Drawn(100, 20), purse.less(120).drawn());
        assertEquals(new Drawn(70, 0), purse.less(70).drawn());
        assertEquals(30, purse.less(120).leftMicros());
    }

    @Test
    void moreThanIsLeftCannotBeDrawn() {
        assertThrows(IllegalArgumentException.class, () -> new Purse(100, 50, new Drawn(100, 20)).less(31));
        assertThrows(IllegalArgumentException.class, () -> new Purse(1, 1, Drawn.NOTHING).less(-1));
    }

    @Test
    void aLimitBelowWhatWasUsedLeavesNothing() {
        assertEquals(0, new Purse(0, 10, new Drawn(0, 25)).leftMicros());
        assertEquals(7, new Purse(7, 10, new Drawn(0, 25)).leftMicros());
        assertEquals(Long.MAX_VALUE, new Purse(Long.MAX_VALUE, Long.MAX_VALUE, Drawn.NOTHING).leftMicros());
    }

    @Test
    void aSpecThatSaysNothingOfItMeansNone() {
        Limits limits = new Limits(250, 2_000, 3_600_000, 1, 1, 1, Optional.empty());
        assertEquals(0, Purse.of(limits, new Drawn(3, 4)).leftMicros());
    }
}
