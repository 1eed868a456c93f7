package dev.berth.node.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.Cpu;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.node.host.CpuRate;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import dev.berth.node.testing.TroubledHost;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The governor of a context that has bought credit or may have surplus. Its bank holds a second. */
class BoughtCpuTest {
    private static final String ID = TestNode.CONTEXT;

    /** What may be left of it when it is held: less than a hundredth of the baseline for as long as the last is given out. */
    private static final long REST = 1_000;

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock();
    private final Map<String, Balance> saved = new HashMap<>();
    private long usageMicros;
    private long rate;

    private final Balances balances = new Balances() {
        @Override
        public Optional<Balance> load(String contextId) {
            return Optional.ofNullable(saved.get(contextId));
        }

        @Override
        public void save(String contextId, Balance balance) {
            saved.put(contextId, balance);
        }
    };

    @Test
    void creditThenSurplusThenHeld() {
        Governor governor = governor();
        governor.attach(ID, limits(5_000_000, 3_000_000), now());

        obey(governor, 3);
        Drawn early = governor.drawn(ID, now());
        obey(governor, 61);
        Drawn late = governor.drawn(ID, now());

        assertTrue(early.creditMicros() > 2_000_000 && early.surplusMicros() == 0, early::toString);
        assertEquals(5_000_000, late.creditMicros());
        near(3_000_000, late.surplusMicros(), REST);
        assertTrue(late.surplusMicros() <= 3_000_000);
        near(250, rate, 3);
        // 64 s of the baseline, the bank's second, and what was bought
        near(64 * 250_000 + 1_000_000 + 8_000_000, usageMicros, 250_000);
    }

    @Test
    void withoutAnyNothingIsDrawn() {
        Governor governor = governor();
        governor.attach(ID, limits(0, 0), now());
        obey(governor, 60);
        assertEquals(Drawn.NOTHING, governor.drawn(ID, now()));
        near(60 * 250_000 + 1_000_000, usageMicros, 250_000);
    }

    @Test
    void aHeldContextIsLetGoByWhatIsBought() {
        Governor governor = governor();
        governor.attach(ID, limits(0, 0), now());
        obey(governor, 30);
        near(250, rate, 3);

        governor.attach(ID, limits(10_000_000, 0), now());
        obey(governor, 4);

        assertEquals(2_000, rate);
        assertTrue(governor.drawn(ID, now()).creditMicros() > 2_000_000);
    }

    @Test
    void lessThanLetsAHeldOneGoStaysForLater() {
        Governor governor = governor();
        governor.attach(ID, limits(0, 0), now());
        obey(governor, 30);

        governor.attach(ID, limits(100_000, 0), now());
        obey(governor, 30);

        assertEquals(Drawn.NOTHING, governor.drawn(ID, now()));
        near(250, rate, 3);
    }

    @Test
    void aLowerLimitStopsAtWhatWasUsed() {
        Governor governor = governor();
        governor.attach(ID, limits(0, 60_000_000), now());
        obey(governor, 10);
        Drawn before = governor.drawn(ID, now());
        assertTrue(before.surplusMicros() > 10_000_000, before::toString);

        governor.attach(ID, limits(0, 4_000_000), now());
        obey(governor, 10);

        assertEquals(before, governor.drawn(ID, now()));
        near(250, rate, 3);
    }

    @Test
    void theSameSpecAgainGivesNothingAnew() {
        Governor governor = governor();
        governor.attach(ID, limits(2_000_000, 0), now());
        obey(governor, 30);
        Drawn all = governor.drawn(ID, now());

        governor.attach(ID, limits(2_000_000, 0), now());
        obey(governor, 30);

        near(2_000_000, all.creditMicros(), REST);
        near(2_000_000, governor.drawn(ID, now()).creditMicros(), REST);
    }

    @Test
    void aDaemonThatEndsInABurstLosesNothing() {
        Governor before = governor();
        before.attach(ID, limits(5_000_000, 60_000_000), now());
        obey(before, 7);
        long written = before.drawn(ID, now()).surplusMicros();
        obey(before, 3);

        // killed: what it wrote down last is three seconds old, and its context goes on at the rate it has
        clock.pass(2_000);
        usageMicros += 2 * rate * 1_000;
        Governor after = governor();
        after.attach(ID, limits(5_000_000, 60_000_000), now());

        Drawn found = after.drawn(ID, now());
        assertEquals(5_000_000, found.creditMicros());
        near(usageMicros - 12 * 250_000 - 1_000_000 - 5_000_000, found.surplusMicros(), 1);
        assertTrue(found.surplusMicros() > written + 5_000_000);
    }

    @Test
    void aReadingNeverHasMoreThanIsFoundAgain() {
        Governor before = governor();
        before.attach(ID, limits(5_000_000, 60_000_000), now());
        obey(before, 7);
        Drawn read = before.drawn(ID, now());
        obey(before, 1);

        // the daemon is killed, its context sleeps until its bank is full: computed over all that time, little was
        // lacking
        clock.pass(600_000);
        Governor after = governor();
        after.attach(ID, limits(5_000_000, 60_000_000), now());

        Drawn found = after.drawn(ID, now());
        assertTrue(found.creditMicros() >= read.creditMicros() && found.surplusMicros() >= read.surplusMicros());
    }

    @Test
    void afterACrashOfTheHostTheOlderValueCounts() {
        Governor before = governor();
        before.attach(ID, limits(0, 60_000_000), now());
        obey(before, 7);
        Drawn written = before.drawn(ID, now());
        Balance old = balances.load(ID).orElseThrow();
        obey(before, 2);

        saved.put(
                ID,
                new Balance(
                        old.balanceNanos(),
                        old.held(),
                        old.usageMicros(),
                        "00000000-0000-0000-0000-000000000000",
                        0,
                        now().utcMillis(),
                        old.drawn()));
        usageMicros = 0;
        Governor after = governor();
        after.attach(ID, limits(0, 60_000_000), now());

        assertEquals(written, after.drawn(ID, now()));
    }

    @Test
    void whatIsNotGovernedHasWhatWasWrittenDown() {
        Governor governor = governor();
        saved.put(ID, new Balance(0, true, 0, "b", 0, 1, new Drawn(4, 5)));
        assertEquals(new Drawn(4, 5), governor.drawn(ID, now()));
        assertEquals(Drawn.NOTHING, governor.drawn("another", now()));
    }

    private static Limits limits(long credit, long surplus) {
        Cpu cpu = new Cpu(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(credit), Optional.of(surplus));
        return new Limits(
                250, 2_000, 1_000, 1, 1, 1, Optional.empty(), Optional.of(cpu), Optional.empty(), Optional.empty());
    }

    /** A context that uses all it may, as the kernel lets it. */
    private void obey(Governor governor, int seconds) {
        for (int i = 0; i < seconds * 10; i++) {
            clock.pass(100);
            usageMicros += rate * 100;
            governor.tick(ID, now());
        }
    }

    private Governor governor() {
        return new Governor(
                new TroubledHost(TestNode.simulated(directory, clock)) {
                    @Override
                    public Optional<Long> cpuUsageMicros(String contextId) {
                        return Optional.of(usageMicros);
                    }

                    @Override
                    public void setCpu(String contextId, CpuRate next) {
                        rate = next.microsPerSecond() / 1_000;
                    }
                },
                balances);
    }

    private Moment now() {
        return new Moment(clock.utcMillis(), clock.monotonicNanos());
    }

    private static void near(long expected, long actual, long slack) {
        assertTrue(Math.abs(actual - expected) <= slack, () -> "%d is not near %d".formatted(actual, expected));
    }
}
