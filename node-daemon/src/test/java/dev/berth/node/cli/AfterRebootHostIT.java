package dev.berth.node.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.node.daemon.DaemonConfig;
import dev.berth.node.store.Database;
import dev.berth.node.store.Journal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The second of two boots of a test host: systemd starts berthd, and berthd its contexts, from nothing but the disk. The portal is
 * not there and never comes.
 */
@TestMethodOrder(MethodName.class)
class AfterRebootHostIT {
    private static final Duration LONG = Duration.ofMinutes(4);

    /** Between the note and the end of the first boot a little was used, and the last balance saved is a few seconds old. */
    private static final long TOKENS_SLACK = 4_000;

    private static final RebootedHost HOST = new RebootedHost();

    @BeforeAll
    static void contextsComeBack() {
        await().atMost(LONG).until(() -> HOST.settled(RebootedHost.RUNS, State.RUNNING));
        await().atMost(LONG).until(() -> HOST.settled(RebootedHost.STOPPED, State.STOPPED));
    }

    @Test
    void itIsAnotherBootAndThePortalIsAway() throws IOException {
        assertNotEquals(RebootedHost.note().bootId(), RebootedHost.bootId());
        URI portal = URI.create(RebootedHost.note().portal());
        try (Socket socket = new Socket()) {
            assertThrows(
                    ConnectException.class,
                    () -> socket.connect(new InetSocketAddress(portal.getHost(), portal.getPort()), 1_000));
        }
    }

    @Test
    void whatRanRunsWithItsDataAndWhatDidNotDoesNot() throws IOException {
        assertTrue(HOST.show(RebootedHost.RUNS).facts().running());
        assertEquals("kept\n", HOST.run(RebootedHost.RUNS, "cat /root/note"));
        assertTrue(HOST.run(RebootedHost.RUNS, "ip -o address show eth0").contains(RebootedHost.ADDRESS));
        assertFalse(HOST.show(RebootedHost.STOPPED).facts().running());
        assertEquals(
                RebootedHost.note().startNo() + 1, HOST.show(RebootedHost.RUNS).startNo());
    }

    @Test
    void itsLimitsAreWhatTheyWere() throws IOException {
        HOST.assertLimits(RebootedHost.RUNS);
    }

    /** What was there, and what came in since at the baseline's rate, without what was used since: neither full nor empty nor new. */
    @Test
    void itsBankIsWhatItWas() throws IOException {
        RebootedHost.Note before = RebootedHost.note();
        long tokens = HOST.tokens(RebootedHost.RUNS);
        long used = RebootedHost.cpuMillis(RebootedHost.RUNS);
        long filled =
                (System.currentTimeMillis() - before.utcMillis()) * RebootedHost.LIMITS.cpuBaselineMilli() / 1_000;
        long expected = before.tokens() + filled - used;
        assertTrue(
                Math.abs(tokens - expected) <= TOKENS_SLACK,
                "%d tokens where %d were, %d came in and %d were used"
                        .formatted(tokens, before.tokens(), filled, used));
    }

    @Test
    void theJournalGoesOnUnbroken() throws IOException {
        RebootedHost.Note before = RebootedHost.note();
        assertEquals(Optional.empty(), HOST.journal().broken());
        try (Database database = Database.open(DaemonConfig.database(RebootedHost.DATA))) {
            List<Entry> since = new Journal(database).from(before.lastSeq(), 1_000);
            assertEquals(before.lastHash(), since.getFirst().hash());
            List<Entry> own = since.stream()
                    .skip(1)
                    .filter(entry -> entry.reading().contextId().equals(RebootedHost.RUNS))
                    .toList();
            List<Kind> kinds = own.stream().map(entry -> entry.reading().kind()).toList();
            assertTrue(kinds.containsAll(List.of(Kind.CLOSE, Kind.OPEN)), kinds.toString());
            Entry close = own.get(kinds.indexOf(Kind.CLOSE));
            Entry open = own.get(kinds.indexOf(Kind.OPEN));
            assertTrue(close.seq() < open.seq());
            assertEquals(before.bootId(), close.reading().bootId());
            assertEquals(RebootedHost.bootId(), open.reading().bootId());
        }
    }
}
