package dev.berth.node.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.Observed;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Kind;
import dev.berth.node.simulator.SimulatedHost;
import dev.berth.node.testing.TestAuthority;
import dev.berth.node.testing.TestNode;
import dev.berth.node.testing.TestPortal;
import dev.berth.node.testing.TestSigner;
import dev.berth.node.time.SystemClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole daemon on a simulated host, against a portal that speaks real TLS. */
class DaemonTest {
    private static final byte[] ARCHIVE = "an image".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private final TestPortal portal = new TestPortal();

    @BeforeEach
    void offerImage() {
        portal.image(ARCHIVE);
    }

    @AfterEach
    void closePortal() {
        portal.close();
    }

    /** Without those of the hour, which may strike at any time. */
    private List<Entry> turns() {
        return portal.records().stream()
                .filter(entry -> entry.reading().kind() != Kind.SAMPLE)
                .toList();
    }

    @Test
    void fromTokenToRunningToGone() throws IOException {
        try (Daemon daemon = daemon(portal.joinToken())) {
            portal.want(spec(1, DesiredState.RUNNING));
            daemon.start();
            await().until(() -> told(State.RUNNING));

            portal.want(spec(2, DesiredState.DELETED));
            await().until(() -> told(State.GONE));

            await().until(() -> turns().size() == 2);
            assertEquals(Kind.CLOSE, turns().getLast().reading().kind());
            assertTrue(portal.traces.stream().allMatch(t -> t.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01")));
            assertEquals(Optional.of(TestPortal.NODE_ID), daemon.state().agent().nodeId());
            assertTrue(portal.observed.getFirst().full());
        }
    }

    @Test
    void thatItIsGoneIsToldAfterItsLastReading() throws IOException {
        try (Daemon daemon = daemon(portal.joinToken())) {
            portal.want(spec(1, DesiredState.RUNNING));
            daemon.start();
            await().until(() -> turns().size() == 1);

            portal.refuseReadings(2);
            portal.want(spec(2, DesiredState.DELETED));
            await().until(() -> told(State.GONE));

            long before = portal.observed.stream()
                    .takeWhile(o -> o.contexts().stream().noneMatch(c -> c.state() == State.GONE))
                    .count();
            int there = portal.recordsWhenObserved.get((int) before);
            assertTrue(portal.records().subList(0, there).contains(turns().getLast()));
            assertEquals(2, turns().size());
            assertEquals(2, turns().getLast().reading().generation());
        }
    }

    @Test
    void certificatePastHalfOfItsLifeIsRenewedAndKeysAreTheOwners() throws IOException {
        try (Daemon daemon = daemon(portal.joinToken())) {
            daemon.start();
            await().until(() -> !portal.observed.isEmpty());
            Path key = directory.resolve("identity/node.key");
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        }
        // The token is used up: only the stored identity can open this door.
        try (Daemon daemon = daemon("")) {
            portal.observed.clear();
            daemon.start();
            await().until(() -> !portal.observed.isEmpty());
        }
    }

    @Test
    void tokenOfAnotherAuthorityIsNotSentToThisPortal() throws IOException {
        String stranger = TestPortal.SECRET + "." + new TestAuthority().fingerprint();
        try (Daemon daemon = daemon(stranger)) {
            daemon.start();
            await().during(Duration.ofMillis(700)).until(() -> portal.traces.isEmpty());
            assertTrue(daemon.state().agent().nodeId().isEmpty());
        }
    }

    @Test
    void announcedImageIsHereBeforeTheOrderAndFetchedOnce() throws IOException {
        try (Daemon daemon = daemon(portal.joinToken())) {
            daemon.start();
            portal.announce(digest());
            await().until(() ->
                    portal.observed.stream().anyMatch(o -> o.images().equals(Optional.of(List.of(digest())))));

            portal.want(spec(1, DesiredState.RUNNING));
            await().until(() -> told(State.RUNNING));

            assertEquals(1, portal.downloads());
        }
    }

    @Test
    void anImageThatNobodyTrustedSignedIsNotEvenFetched() throws IOException {
        TestSigner signer = new TestSigner();
        Path keys = Files.writeString(directory.resolve("image-keys"), signer.line());
        try (Daemon daemon = daemon(portal.joinToken(), "--image-keys", keys.toString())) {
            daemon.start();
            portal.want(spec(1, DesiredState.RUNNING));
            await().until(() -> portal.observed.stream()
                    .map(Observed::contexts)
                    .flatMap(List::stream)
                    .flatMap(status -> status.failure().stream())
                    .anyMatch("image debian-12 (%s) is not signed".formatted(digest())::equals));
            assertEquals(0, portal.downloads());

            portal.describe(signer::sign);
            portal.want(spec(2, DesiredState.RUNNING));

            await().until(() -> told(State.RUNNING));
            assertEquals(1, portal.downloads());
        }
    }

    @Test
    void worksOnWhileThePortalIsAway() throws IOException {
        try (Daemon daemon = daemon(portal.joinToken())) {
            portal.want(spec(1, DesiredState.RUNNING));
            daemon.start();
            await().until(() -> told(State.RUNNING));
        }
        portal.fail(30);
        try (Daemon daemon = daemon("")) {
            daemon.start();
            await().until(() -> daemon.state()
                    .board()
                    .find(TestNode.CONTEXT)
                    .filter(status -> status.state() == State.RUNNING)
                    .isPresent());
        }
    }

    @Test
    void comesBackAfterFailuresOfThePortal() throws IOException {
        portal.fail(4);
        try (Daemon daemon = daemon(portal.joinToken())) {
            portal.want(spec(1, DesiredState.RUNNING));
            daemon.start();
            await().until(() -> told(State.RUNNING));
        }
    }

    @Test
    void readingsThePortalLostAreSentAgain() throws IOException {
        try (Daemon daemon = daemon(portal.joinToken())) {
            portal.want(spec(1, DesiredState.RUNNING));
            daemon.start();
            await().until(() -> turns().size() == 1);
            portal.want(spec(2, DesiredState.STOPPED));
            await().until(() -> portal.records().size() >= 3);
            portal.forgetRecords(2);
            portal.want(spec(3, DesiredState.RUNNING));

            await().until(() -> portal.records().size() >= 5);
            List<Entry> records = portal.records();
            assertEquals(
                    records.size(),
                    new Readings(TestNode.CONTEXT, records, "x").records().size());
        }
    }

    /** A heartbeat comes every ten seconds only, and the machine may be busy. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(40));
    }

    private boolean told(State state) {
        return portal.observed.stream()
                .map(Observed::contexts)
                .flatMap(List::stream)
                .anyMatch(
                        status -> status.state() == state && status.contextId().equals(TestNode.CONTEXT));
    }

    private Daemon daemon(String token, String... more) throws IOException {
        Path tokenFile = directory.resolve("token");
        Files.writeString(tokenFile, token);
        List<String> words = new ArrayList<>(List.of(more));
        words.addAll(List.of(
                "--simulated",
                "--data-dir",
                directory.toString(),
                "--portal",
                portal.uri().toString(),
                "--join-token-file",
                tokenFile.toString()));
        DaemonConfig config = DaemonConfig.of(Options.parse(words, Map.of()));
        assertFalse(config.nodeName().isEmpty());
        SystemClock clock = new SystemClock();
        return new Daemon(
                config,
                new Daemon.Environment(
                        new SimulatedHost(directory.resolve("simulated.json"), clock, 1), clock, "test", () -> ""));
    }

    private static ContextSpec spec(long generation, DesiredState state) {
        ContextSpec s = TestNode.spec(generation, state);
        return new ContextSpec(
                s.contextId(),
                s.generation(),
                s.desiredState(),
                s.restarts(),
                s.hostname(),
                digest(),
                s.addresses(),
                s.sshKeys(),
                s.limits());
    }

    private static String digest() {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(ARCHIVE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
