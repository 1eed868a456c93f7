package dev.berth.node.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings.Entry;
import dev.berth.node.daemon.DaemonConfig;
import dev.berth.node.local.Responder;
import dev.berth.node.store.Database;
import dev.berth.node.store.Journal;
import dev.berth.node.testing.TestPortal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first of two boots of a test host: contexts from a portal that then goes away. {@link AfterRebootHostIT} is the second. */
class BeforeRebootHostIT {
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final int BURNT_SECONDS = 24;

    private final RebootedHost host = new RebootedHost();

    @Test
    void contextsAreMadeAndWhatTheyAreIsNoted() throws Exception {
        byte[] archive = Files.readAllBytes(Path.of(System.getProperty("berth.test.image", "")));
        String digest = digest(archive);
        try (TestPortal portal = new TestPortal()) {
            portal.image(archive);
            portal.want(RebootedHost.spec(RebootedHost.RUNS, DesiredState.RUNNING, RebootedHost.ADDRESS, digest));
            portal.want(RebootedHost.spec(RebootedHost.STOPPED, DesiredState.STOPPED, "10.77.0.11", digest));
            startDaemon(portal);
            await().atMost(LONG).until(() -> host.settled(RebootedHost.RUNS, State.RUNNING));
            await().atMost(LONG).until(() -> host.settled(RebootedHost.STOPPED, State.STOPPED));
            host.assertLimits(RebootedHost.RUNS);
            host.run(RebootedHost.RUNS, "echo kept > /root/note; sync");

            long full = host.tokens(RebootedHost.RUNS);
            host.run(RebootedHost.RUNS, "timeout %d sh -c 'while :; do :; done'; true".formatted(BURNT_SECONDS));
            await().atMost(LONG).until(() -> host.tokens(RebootedHost.RUNS) < full - BURNT_SECONDS * 250L);
            assertTrue(portal.records().size() >= 1, "readings arrive while the portal is there");
            note(portal);
        }
    }

    private void note(TestPortal portal) throws IOException {
        Responder.Detail runs = host.show(RebootedHost.RUNS);
        try (Database database = Database.open(DaemonConfig.database(RebootedHost.DATA))) {
            Journal journal = new Journal(database);
            Entry last = journal.from(journal.lastSeq(), 1).getFirst();
            RebootedHost.note(new RebootedHost.Note(
                    portal.uri().toString(),
                    RebootedHost.bootId(),
                    System.currentTimeMillis(),
                    host.tokens(RebootedHost.RUNS),
                    runs.startNo(),
                    runs.facts().initStartNanos(),
                    last.seq(),
                    last.hash()));
        }
    }

    private static void startDaemon(TestPortal portal) throws IOException, InterruptedException {
        Path token = RebootedHost.ENVIRONMENT.resolveSibling("join-token");
        Files.createDirectories(token.getParent());
        Files.writeString(token, portal.joinToken());
        Files.writeString(
                RebootedHost.ENVIRONMENT,
                "BERTH_PORTAL=%s\nBERTH_JOIN_TOKEN_FILE=%s\nBERTH_DATA_DIR=%s\n"
                        .formatted(portal.uri(), token, RebootedHost.DATA));
        Process start = new ProcessBuilder(List.of("systemctl", "enable", "--now", "berthd"))
                .inheritIO()
                .start();
        assertEquals(0, start.waitFor());
    }

    static String digest(byte[] archive) throws GeneralSecurityException {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    }
}
