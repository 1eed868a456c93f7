package dev.berth.node.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.Limits;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import dev.berth.node.testing.TroubledHost;
import java.nio.file.Path;
import java.util.ArrayList;
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
        private final List<Long> quotas = new ArrayList<>();
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
        assertEquals(List.of(2_000L), host.quotas);
    }

    @Test
    void emptyBankHoldsAndAFilledOneLetsGo() {
        Governor governor = governor();
        governor.attach(ID, LIMITS, now());

        burn(governor, 70, 2_000);
        List<Long> emptied = List.copyOf(host.quotas);
        burn(governor, 30, 0);

        assertEquals(List.of(2_000L, 250L), emptied);
        assertEquals(List.of(2_000L, 250L, 2_000L), host.quotas);
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
    void counterThatBeganAnewCountsFromNothing() {
        Governor governor = governor();
        governor.attach(ID, LIMITS, now());
        burn(governor, 10, 1_000);
        long tokens = governor.tokens(ID).orElseThrow();

        host.usageMicros = 100_000;
        clock.pass(1_000);
        governor.tick(ID, now());

        assertEquals(tokens + 250 - 100, governor.tokens(ID).orElseThrow());
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

    private Governor governor() {
        BusyHost busy = host;
        return new Governor(
                new TroubledHost(TestNode.simulated(directory, clock)) {
                    @Override
                    public Optional<Long> cpuUsageMicros(String contextId) {
                        return Optional.of(busy.usageMicros);
                    }

                    @Override
                    public void setCpu(String contextId, long quotaMilli, int weight) {
                        busy.quotas.add(quotaMilli);
                    }
                },
                balances);
    }

    private Moment now() {
        return new Moment(clock.utcMillis(), clock.monotonicNanos());
    }
}
