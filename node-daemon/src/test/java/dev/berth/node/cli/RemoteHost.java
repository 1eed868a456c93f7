package dev.berth.node.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Readings.Entry;
import dev.berth.contract.Readings.Reading;
import dev.berth.node.host.ExecResult;
import dev.berth.node.json.Json;
import dev.berth.node.local.Responder;
import dev.berth.node.store.Journal;
import dev.berth.node.testing.TestPortal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A test host on a bridge, with a {@link HostHand} in it and a portal of its own.
 *
 * @param address on the bridge
 */
record RemoteHost(String name, String address, TestPortal portal) {
    private static final Duration CALL = Duration.ofMinutes(5);

    /** What is written in a host goes to a disk that other hosts write to as well: a sync can take minutes. */
    static final long EXEC_SECONDS = 240;

    /** Two hosts, the kernel suite and this test share two processors: an answer can be late. */
    private static final Duration CONNECT = Duration.ofSeconds(20);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();

    /** False as well while it is not up. */
    boolean up() {
        try {
            return shell("true").isEmpty();
        } catch (IOException _) {
            return false;
        }
    }

    /** What berthd says of a context. */
    Responder.Detail show(String id) throws IOException {
        return Json.read(must(HostHand.DAEMON + "/contexts/" + id, ""), Responder.Detail.class);
    }

    /** The newest that its portal was told of the context, in that state. */
    ContextStatus status(State state) {
        return told().filter(status -> status.state() == state)
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    /** Its portal is told that it is so. */
    void awaitStatus(long generation, State state) {
        await("%s: generation %d, %s".formatted(name, generation, state))
                .atMost(Journey.LONG)
                .until(() -> told().reduce((_, last) -> last)
                        .filter(status -> status.generation() == generation && status.state() == state)
                        .filter(status -> status.failure().isEmpty())
                        .isPresent());
    }

    /** What its portal was last told that hinders it. */
    Optional<String> failure() {
        return told().reduce((_, last) -> last).flatMap(ContextStatus::failure);
    }

    private Stream<ContextStatus> told() {
        return portal.observed.stream()
                .flatMap(observed -> observed.contexts().stream())
                .filter(status -> status.contextId().equals(Journey.ID));
    }

    /** What its portal has of the context; the host itself is read on the hour, whatever is on it. */
    List<Reading> readings() {
        return portal.records().stream()
                .map(Entry::reading)
                .filter(reading -> reading.contextId().equals(Journey.ID))
                .toList();
    }

    Journal.Check journal() throws IOException {
        return Json.read(must(HostHand.DAEMON + "/verify", ""), Journal.Check.class);
    }

    /** Runs it in a context. */
    ExecResult exec(String id, String script) throws IOException {
        String command = Json.text(new Responder.Exec(List.of("sh", "-c", script), EXEC_SECONDS));
        return Json.read(must("%s/contexts/%s/exec".formatted(HostHand.DAEMON, id), command), ExecResult.class);
    }

    /** Runs it in a context, where it must do well. */
    String run(String id, String script) throws IOException {
        return output(exec(id, script));
    }

    /** Runs it on the host itself, where it must do well. */
    String shell(String script) throws IOException {
        return output(Json.read(must(HostHand.SHELL, script), ExecResult.class));
    }

    void startDaemon() throws IOException {
        shell("""
                mkdir -p /etc/berth
                echo '%s' >/etc/berth/join-token
                cat >%s <<'END'
                BERTH_PORTAL=%s
                BERTH_NAME=%s
                BERTH_JOIN_TOKEN_FILE=/etc/berth/join-token
                BERTH_DATA_DIR=%s
                END
                systemctl enable --quiet --now berthd
                """.formatted(portal.joinToken(), RebootedHost.ENVIRONMENT, portal.uri(), name, RebootedHost.DATA));
    }

    void killDaemon() throws IOException {
        shell("systemctl kill --signal=KILL --kill-who=main berthd");
    }

    int daemonRestarts() throws IOException {
        return Integer.parseInt(
                shell("systemctl show --property=NRestarts --value berthd").strip());
    }

    private static String output(ExecResult result) {
        assertEquals(0, result.exitCode(), result.output());
        return result.output();
    }

    private String must(String path, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://%s:%d%s".formatted(address, HostHand.PORT, path)))
                .timeout(CALL)
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (response.statusCode() != 200) {
                throw new IOException("%s%s: %d %s".formatted(name, path, response.statusCode(), response.body()));
            }
            return response.body();
        } catch (InterruptedException e) {
            throw new IOException("stopping", e);
        }
    }
}
