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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GovernorTest {
    private static final String ID = TestNode.CONTEXT;
    private static final Limits LIMITS = new Limits(250, 2_000, 3_600_000, 1, 1, 1, Optional.empty());

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock();
    private final Map<String, Balance> saved = new HashMap<>();
    private BusyHost host = new BusyHost();

    /** A host on which only one context's CPU time matters. */
    private static final class BusyHost {
        private long usageMicros;
        private final List<CpuRate> rates = new ArrayList<>();

        private List<Long> milli() {
            return rates.stream().map(rate -> rate.microsPerSecond() / 1_000).toList();
        }
    }

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

    @BeforeEach
    void fresh() {
        host = new BusyHost();
    }

    @Test
    void newContextRunsAtItsCeiling() {
        governor().attach(ID, LIMITS, now());
        assertEquals(List.of(2_000L), host.milli());
    }

    @Test
    void emptyBankHoldsAndAFilledOneLetsGo() {
        Governor governor = governor();
        governor.attach(ID, LIMITS, now());

        burn(governor, 70, 2_000);
        long emptied = host.milli().getLast();
        burn(governor, 30, 250);
        long idle = host.milli().getLast();
        burn(governor, 120, 0);

        assertEquals(247, emptied, "the baseline, less what goes into the debt");
        assertEquals(247, idle);
        assertEquals(2_000, host.milli().getLast());
    }

    @Test
    void bankThatRunsLowSlowsDownInGoodTime() {
        Governor governor = governor();
        governor.attach(ID, LIMITS, now());

        obey(governor, 90);

        List<Long> rates = host.milli();
        assertEquals(rates.stream().sorted(Comparator.reverseOrder()).toList(), rates, "it only goes down");
        assertTrue(rates.size() > 3 && rates.size() < 20, () -> "in a few steps: " + rates);
        assertEquals(0, governor.tokens(ID).orElseThrow(), 2, "and ends without debt");
        assertEquals(250, rates.getLast(), 1);
    }

    @Test
    void liveChangeOfEveryParameter() {
        Governor governor = governor();
        governor.attach(ID, LIMITS, now());
        burn(governor, 10, 2_000);
        long tokens = governor.tokens(ID).orElseThrow();

        Cpu finer = new Cpu(Optional.of(5_000L), Optional.of(500L), Optional.of(40L));
        Limits next = new Limits(
                400, 1_500, 50_000, 1, 1, 1, Optional.empty(), Optional.of(finer), Optional.empty(), Optional.empty());
        governor.attach(ID, next, now());

        assertTrue(tokens > 50_000, "it had saved more than the new bank holds");
        assertEquals(50_000, governor.tokens(ID).orElseThrow());
        CpuRate rate = host.rates.getLast();
        assertEquals(1_500_000, rate.microsPerSecond());
        assertEquals(500, rate.intervalMillis());
    }

    @Test
    void largerBankKeepsTheBalance() {
        Governor governor = governor();
        governor.attach(ID, LIMITS, now());
        burn(governor, 50, 2_000);
        long tokens = governor.tokens(ID).orElseThrow();

        governor.attach(ID, new Limits(250, 2_000, 9_600_000, 1, 1, 1, Optional.empty()), now());

        assertEquals(tokens, governor.tokens(ID).orElseThrow());
    }

    @Test
    void bankSurvivesARebootOfTheHost() {
        Governor before = governor();
        before.attach(ID, LIMITS, now());
        burn(before, 50, 2_000);
        before.saveAll(now());
        long tokens = before.tokens(ID).orElseThrow();
        saved.computeIfPresent(
                ID,
                (id, b) -> new Balance(
                        b.balanceNanos(),
                        b.held(),
                        b.usageMicros(),
                        "00000000-0000-0000-0000-000000000000",
                        b.monotonicNanos() + 1,
                        b.utcMillis()));

        host.usageMicros = 600_000;
        clock.pass(8_000);
        Governor after = governor();
        after.attach(ID, LIMITS, now());

        assertEquals(tokens + 2_000 - 600, after.tokens(ID).orElseThrow());
    }

    @Test
    void balanceSurvivesTheDaemon() {
        Governor before = governor();
        before.attach(ID, LIMITS, now());
        burn(before, 30, 2_000);
        before.saveAll(now());
        long tokens = before.tokens(ID).orElseThrow();

        host.usageMicros += 4_000_000;
        clock.pass(2_000);
        Governor after = governor();
        after.attach(ID, LIMITS, now());

        assertEquals(tokens + 500 - 4_000, after.tokens(ID).orElseThrow());
    }

    @Test
    void contextFarFromAnyChangeIsLookedAtSeldom() {
        Governor governor = governor();
        governor.attach(ID, LIMITS, now());
        burn(governor, 15, 1_000);
        long tokens = governor.tokens(ID).orElseThrow();

        host.usageMicros += 1_000_000;
        clock.pass(Governor.FARTHEST_MILLIS - Governor.FAST_MILLIS);
        governor.tick(ID, now());
        assertEquals(tokens, governor.tokens(ID).orElseThrow());

        clock.pass(Governor.FAST_MILLIS);
        governor.tick(ID, now());
        assertEquals(tokens + 15 * 250 - 1_000, governor.tokens(ID).orElseThrow());
    }

    @Test
    void aLargeBankIsLookedAtLeastOftenAndWrittenWithOthers() {
        Governor governor = governor();
        Limits idle = new Limits(250, 1_000, 600_000, 1, 1, 1, Optional.empty());
        saved.put(ID, new Balance(600_000_000_000L, false, 0, "boot-1", now().monotonicNanos(), now().utcMillis()));
        governor.attach(ID, idle, now());
        Balance first = saved.get(ID);

        clock.pass(Governor.FARTHEST_MILLIS - Governor.FAST_MILLIS);
        assertEquals(List.of(), governor.due(now()));
        clock.pass(Governor.FAST_MILLIS);
        assertEquals(List.of(ID), governor.due(now()));

        clock.pass(60_000);
        governor.tick(ID, now());
        assertEquals(first, saved.get(ID), "is written with what else there is");
        governor.write(now());
        assertEquals(now().monotonicNanos(), saved.get(ID).monotonicNanos());
    }

    @Test
    void aBalanceThatWaitsNeverComesAfterALaterOne() {
        Governor governor = governor();
        Limits idle = new Limits(250, 1_000, 600_000, 1, 1, 1, Optional.empty());
        governor.attach(ID, idle, now());
        clock.pass(120_000);
        governor.tick(ID, now());
        clock.pass(1_000);
        governor.attach(ID, new Limits(250, 1_000, 10_000, 1, 1, 1, Optional.empty()), now());
        Balance renewed = saved.get(ID);
        governor.write(now());
        assertEquals(renewed, saved.get(ID));
    }

    @Test
    void counterThatBeganAnewCountsFromNothing() {
        Governor governor = governor();
        governor.attach(ID, LIMITS, now());
        burn(governor, 15, 1_000);
        long tokens = governor.tokens(ID).orElseThrow();

        host.usageMicros = 100_000;
        clock.pass(Governor.FARTHEST_MILLIS);
        governor.tick(ID, now());

        assertEquals(tokens + 15 * 250 - 100, governor.tokens(ID).orElseThrow());
    }

    @Test
    void launchTokensAreGivenOnce() {
        Governor governor = governor();
        governor.attach(ID, LIMITS, now());
        burn(governor, 30, 2_000);
        long tokens = governor.tokens(ID).orElseThrow();

        governor.attach(ID, LIMITS, now());
        governor.detach(ID);
        governor.attach(ID, LIMITS, now());

        assertTrue(governor.tokens(ID).orElseThrow() <= tokens + 1);
    }

    private void burn(Governor governor, int seconds, long milli) {
        for (int i = 0; i < seconds * 4; i++) {
            clock.pass(250);
            host.usageMicros += 250 * milli;
            governor.tick(ID, now());
        }
    }

    /** A context that uses all it may, as the kernel lets it. */
    private void obey(Governor governor, int seconds) {
        for (int i = 0; i < seconds * 10; i++) {
            clock.pass(100);
            host.usageMicros += host.rates.getLast().microsPerSecond() / 10;
            governor.tick(ID, now());
        }
    }

    private Governor governor() {
        BusyHost busy = host;
        return new Governor(
                new TroubledHost(TestNode.simulated(directory, clock)) {
                    @Override
                    public Optional<Long> cpuUsageMicros(String contextId) {
                        return Optional.of(busy.usageMicros);
                    }

                    @Override
                    public void setCpu(String contextId, CpuRate rate) {
                        busy.rates.add(rate);
                    }
                },
                balances);
    }

    private Moment now() {
        return new Moment(clock.utcMillis(), clock.monotonicNanos());
    }
}
