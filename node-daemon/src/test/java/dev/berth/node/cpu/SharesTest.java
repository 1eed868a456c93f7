package dev.berth.node.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.node.cpu.Shares.Claim;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharesTest {
    /** The example of VServer's documentation: five guests at 1/5, two busy, R2/T2 = 1/2 and 1/4. */
    @Test
    void fiveGuestsTwoBusyShareSixtyToForty() {
        List<Claim> claims = new ArrayList<>();
        claims.add(new Claim(200, 500, 1_000, 200));
        claims.add(new Claim(200, 250, 1_000, 200));
        for (int i = 0; i < 3; i++) {
            claims.add(new Claim(200, 250, 1_000, 0));
        }
        assertEquals(List.of(600L, 400L, 0L, 0L, 0L), Shares.targets(1_000, claims));
    }

    @Test
    void fiveGuestsThreeBusyEqualGetAThirdEach() {
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            claims.add(new Claim(200, 200, 1_000, i < 3 ? 200 : 0));
        }
        assertEquals(List.of(333L, 333L, 333L, 0L, 0L), Shares.targets(1_000, claims));
    }

    @Test
    void whoMayNotUseMoreLeavesItToTheOthers() {
        List<Claim> claims = List.of(new Claim(200, 100, 300, 300), new Claim(200, 100, 1_000, 300));
        assertEquals(List.of(300L, 700L), Shares.targets(1_000, claims));
    }

    @Test
    void whoSleepsHasItsReservationWhenItWakes() {
        List<Claim> claims = List.of(new Claim(1_000, 1, 2_000, 0), new Claim(1_000, 1_000, 2_000, 2_000));
        assertEquals(List.of(2_000L, 2_000L), Shares.weights(2_000, claims));
    }
}
