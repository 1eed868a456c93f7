package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void aVethNameFitsTheKernel() {
        assertEquals("b0123456789ab", Names.veth(Specs.ID));
        assertTrue(Names.veth(Specs.ID).length() <= 15);
    }

    @Test
    void aCounterLeadsBackToItsContext() {
        assertEquals(Optional.of(Specs.ID), Names.contextOfCounter(Names.sentCounter(Specs.ID)));
        assertEquals(Optional.of(Specs.ID), Names.contextOfCounter(Names.receivedCounter(Specs.ID)));
        assertEquals(Optional.empty(), Names.contextOfCounter("spoofed"));
    }
}
