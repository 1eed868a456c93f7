package dev.berth.node.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.Cpu;
import dev.berth.contract.ContextSpec.Limits;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final Limits LIMITS = limits(250, 2_000, 3_600_000);

    @Test
    void launchIsOneMinuteAtTheCeiling() {
        assertEquals(120_000, TokenBucket.launched(LIMITS).tokens());
    }

    @Test
    void launchDoesNotExceedTheBank() {
        assertEquals(5_000, TokenBucket.launched(limits(250, 2_000, 5_000)).tokens());
    }

    @Test
    void emptyBucketIsHeldAtItsBaseline() {
        TokenBucket bucket = TokenBucket.of(LIMITS, 0, false).after(1_000, 2_000);

        assertTrue(bucket.held());
        assertEquals(249_825, bucket.microsPerSecond(), "the baseline, less a part of the debt");
        assertTrue(bucket.tokens() < 0, "debt is carried");
    }

    @Test
    void heldBucketIsLetGoOnlyWhenItHasEnough() {
        TokenBucket held = TokenBucket.of(LIMITS, 0, true);

        TokenBucket little = held.after(4_000_000, 0);
        TokenBucket enough = held.after(8_000_000, 0);

        assertEquals(1_000, little.tokens());
        assertTrue(little.held());
        assertEquals(2_000, enough.tokens());
        assertFalse(enough.held());
        assertEquals(2_000_000, enough.microsPerSecond());
    }

    @Test
    void smallBankIsLetGoAtHalf() {
        assertEquals(50, TokenBucket.of(limits(100, 1_000, 100), 0, true).minTokens());
    }

    @Test
    void debtCostsAtMostAHundredthOfTheBaseline() {
        TokenBucket bucket = TokenBucket.of(LIMITS, -50_000_000_000L, true);
        assertEquals(247_500, bucket.microsPerSecond());
    }

    @Test
    void whatTheKernelGaveTooLittleIsGivenAfterwards() {
        TokenBucket bucket = TokenBucket.of(LIMITS, 100_000_000, true);
        assertEquals(260_000, bucket.microsPerSecond());
    }

    @Test
    void lastTokensAreGivenOutOverAMoment() {
        assertEquals(
                250_000 + 1_000_000, TokenBucket.of(LIMITS, 300_000_000, false).microsPerSecond());
    }

    @Test
    void tokensMinIsTheSpecs() {
        Limits limits = new Limits(
                250,
                2_000,
                60_000,
                1,
                1,
                1,
                Optional.empty(),
                Optional.of(new Cpu(Optional.of(30_000L), Optional.empty(), Optional.empty())),
                Optional.empty(),
                Optional.empty());
        assertTrue(TokenBucket.of(limits, 0, true).after(119_000_000, 0).held());
        assertFalse(TokenBucket.of(limits, 0, true).after(120_000_000, 0).held());
    }

    @Test
    void nothingOverflows() {
        TokenBucket huge = TokenBucket.of(limits(1_000_000, 1_000_000, Long.MAX_VALUE), 0, false);

        assertEquals(huge.maxTokens(), huge.after(Long.MAX_VALUE, 0).tokens());
        assertTrue(huge.after(0, Long.MAX_VALUE).tokens() < 0);
    }

    @Test
    void timeDoesNotGoBack() {
        TokenBucket bucket = TokenBucket.launched(LIMITS);
        assertThrows(IllegalArgumentException.class, () -> bucket.after(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> bucket.after(0, -1));
    }

    private static Limits limits(long baseline, long ceiling, long bank) {
        return new Limits(baseline, ceiling, bank, 1, 1, 1, Optional.empty());
    }
}
