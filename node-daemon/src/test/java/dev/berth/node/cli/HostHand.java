package dev.berth.node.cli;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.node.host.ExecResult;
import dev.berth.node.json.Json;
import dev.berth.node.local.Responder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The hand that a test outside has in a test host, {@code HostHand ADDRESS FILE}: passes on what is for berthd's socket, and runs
 * scripts, until the file is there.
 */
final class HostHand {
    static final int PORT = 7070;
    static final String DAEMON = "/berthd";
    static final String SHELL = "/shell";

    private static final Duration LIFE = Duration.ofMinutes(15);
    private static final int MAX_OUTPUT = 1 << 20;

    private final LocalClient daemon = new LocalClient(RebootedHost.DATA.resolve("berthd.sock"));

    private HostHand() {}

    public static void main(String... arguments) throws IOException {
        Path end = Path.of(arguments[1]);
        HttpServer server = HttpServer.create(new InetSocketAddress(arguments[0], PORT), 0);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            server.setExecutor(threads);
            server.createContext("/", new HostHand()::serve);
            server.start();
            await().atMost(LIFE).pollInterval(Duration.ofMillis(500)).until(() -> Files.exists(end));
            server.stop(0);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            LocalClient.Answer answer;
            try {
                answer = path.equals(SHELL) ? shell(body) : daemon(path.substring(DAEMON.length()), body);
            } catch (IOException e) {
                answer = new LocalClient.Answer(502, e.toString());
            }
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            // Both sides give an idle connection up after 30 s: a request that is sent at that moment is lost, and none
            // is sent twice.
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private LocalClient.Answer daemon(String path, byte[] body) throws IOException {
        return body.length == 0 ? daemon.get(path) : daemon.post(path, Json.read(body, Responder.Exec.class));
    }

    private static LocalClient.Answer shell(byte[] script) throws IOException {
        Process process = new ProcessBuilder("bash", "-c", new String(script, StandardCharsets.UTF_8))
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
            if (!process.waitFor(RemoteHost.EXEC_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("it does not end");
            }
            return new LocalClient.Answer(200, Json.text(new ExecResult(process.exitValue(), output, false)));
        } catch (InterruptedException e) {
            throw new IOException("stopping", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
