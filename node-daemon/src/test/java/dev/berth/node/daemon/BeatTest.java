package dev.berth.node.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class BeatTest {
    private final Beat.Pace pace = new Beat.Pace(5_000, 15_000);

    @Test
    void aSlowTurnIsFollowedByALongerPauseWithinBounds() {
        assertEquals(5_000, pace.after(0));
        assertEquals(12_000, pace.after(40));
        assertEquals(15_000, pace.after(1_000));
    }

    @Test
    void aBoundShortensBoth() {
        assertEquals(pace, pace.atMost(60_000));
        assertEquals(new Beat.Pace(5_000, 10_000), pace.atMost(10_000));
        assertEquals(new Beat.Pace(2_500, 2_500), pace.atMost(2_500));
        assertEquals(new Beat.Pace(1, 1), pace.atMost(0));
    }

    @Test
    void noPaceIsWithoutPause() {
        assertThrows(IllegalArgumentException.class, () -> new Beat.Pace(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Beat.Pace(2, 1));
    }
}
