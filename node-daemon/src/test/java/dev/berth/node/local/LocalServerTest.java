package dev.berth.node.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.node.console.Consoles;
import dev.berth.node.testing.FakeClock;
import dev.berth.node.testing.TestNode;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalServerTest {
    @TempDir
    Path directory;

    private TestNode node = unset();
    private String metrics = "berth_up 1\n";
    private LocalServer server = unset();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unset() {
        return null;
    }

    @BeforeEach
    void open() throws IOException {
        node = new TestNode(directory, new FakeClock());
        node.want(TestNode.spec(1, DesiredState.RUNNING));
        node.reconcile();
        server = new LocalServer(
                socket(),
                new Responder(
                        node.host,
                        new Consoles(node.host, node.clock),
                        node.contexts,
                        node.board,
                        node.meters,
                        node.journal,
                        new Responder.Views(
                                () -> metrics, () -> new Responder.Health(Optional.empty(), 0, 1, 0, 0), List::of)),
                Duration.ofMillis(700));
        server.start();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        node.close();
    }

    @Test
    void onlyTheOwnerMayOpenIt() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/contexts",
                "/doctor",
                "/verify",
                "/health",
                "/images",
                "/metrics",
                "/contexts/" + TestNode.CONTEXT
            })
    void answers(String path) throws IOException {
        assertTrue(send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void runsACommand() throws IOException {
        String body = "{\"command\":[\"uptime\"],\"timeoutSeconds\":5}";
        String answer = send("POST /contexts/%s/exec HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(TestNode.CONTEXT, body.length(), body));
        assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.contains("uptime"), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n\r\n",
                "GET\r\n\r\n",
                "GET /contexts/../../etc/passwd HTTP/1.1\r\n\r\n",
                "GET /nothing HTTP/1.1\r\n\r\n",
                "DELETE /contexts HTTP/1.1\r\n\r\n",
                "GET /contexts/no-id HTTP/1.1\r\n\r\n",
                "POST /contexts/019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f01/exec HTTP/1.1\r\n\r\n",
                "POST /contexts/019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f01/exec HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
                "POST /contexts/019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f01/exec HTTP/1.1\r\nContent-Length: 999999\r\n\r\n{}",
                "POST /contexts/019ab2c4-7d10-7a3e-9f00-5b6c7d8e9f01/exec HTTP/1.1\r\nContent-Length: 50\r\n\r\n{}"
            })
    void badRequestsAreAnsweredAndChangeNothing(String request) throws IOException {
        String answer = send(request);
        assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
        stillWell();
    }

    @Test
    void noiseDoesNoHarm() throws IOException {
        long seed = 20_261_122;
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[random.nextInt(20_000)];
            random.nextBytes(noise);
            try {
                exchange(noise);
            } catch (IOException e) {
                // The server may hang up on noise before all of it is written.
                assertTrue(server != null);
            }
        }
        stillWell();
    }

    @Test
    void spoiledRequestsChangeNothing() throws IOException {
        String exec =
                "POST /contexts/%s/exec HTTP/1.1\r\nContent-Length: 41\r\n\r\n{\"command\":[\"uptime\"],\"timeoutSeconds\":5}"
                        .formatted(TestNode.CONTEXT);
        long seed = 20_261_123;
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] request = exec.substring(0, random.nextInt(exec.length())).getBytes(StandardCharsets.UTF_8);
            for (int changes = random.nextInt(4); changes > 0 && request.length > 0; changes--) {
                request[random.nextInt(request.length)] = (byte) random.nextInt(256);
            }
            String answer = exchange(request);
            assertTrue(answer.startsWith("HTTP/1.1 4"), "seed %d round %d: %s".formatted(seed, i, answer));
        }
        stillWell();
    }

    @Test
    void anEnormousRequestIsCutOff() throws IOException {
        byte[] enormous = "GET /contexts HTTP/1.1\r\nX: ".repeat(1 << 19).getBytes(StandardCharsets.UTF_8);
        assertThrows(IOException.class, () -> exchange(enormous));
        stillWell();
    }

    @Test
    void manyWhoSayNothingKeepNobodyOut() throws IOException {
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                silent.add(SocketChannel.open(UnixDomainSocketAddress.of(socket())));
            }
            assertTimeoutPreemptively(Duration.ofSeconds(10), this::stillWell);
        } finally {
            for (SocketChannel each : silent) {
                each.close();
            }
        }
    }

    @Test
    void manyWhoNeverReadTheirAnswerKeepNobodyOut() throws IOException {
        metrics = "x".repeat(8 << 20);
        byte[] request = "GET /metrics HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8);
        List<SocketChannel> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < 34; i++) {
                deaf.add(SocketChannel.open(UnixDomainSocketAddress.of(socket())));
                deaf.getLast().write(ByteBuffer.wrap(request));
            }
            assertTimeoutPreemptively(Duration.ofSeconds(20), this::stillWell);
        } finally {
            for (SocketChannel each : deaf) {
                each.close();
            }
        }
    }

    private void stillWell() throws IOException {
        assertTrue(node.host.inspect(TestNode.CONTEXT).running());
        assertEquals(1, node.status().generation());
        answers("/health");
    }

    private String send(String request) throws IOException {
        return exchange(request.getBytes(StandardCharsets.UTF_8));
    }

    private String exchange(byte[] request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            ByteBuffer buffer = ByteBuffer.wrap(request);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.shutdownOutput();
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path socket() {
        return directory.resolve("berthd.sock");
    }
}
