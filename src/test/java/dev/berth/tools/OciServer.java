package dev.berth.tools;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The distribution's own registry server, on loopback and in a directory of its own. */
final class OciServer implements AutoCloseable {
    private static final int CONNECT_MILLIS = 1_000;
    private static final long PUSH_SECONDS = 60;

    private final Process process;
    private final int port;

    OciServer(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path configuration =
                Files.writeString(directory.resolve("config.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(directory.resolve("data"), port));
        process = new ProcessBuilder("docker-registry", "serve", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        await("the registry answers").atMost(Duration.ofSeconds(30)).until(this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the registry ended with " + process.exitValue(), e);
            }
            return false;
        }
    }

    String reference(String image) {
        return "docker://127.0.0.1:%d/%s".formatted(port, image);
    }

    void push(Path layout, String image) throws IOException, InterruptedException {
        Process push = new ProcessBuilder(
                        "skopeo",
                        "--insecure-policy",
                        "copy",
                        "--quiet",
                        "--dest-tls-verify=false",
                        "oci:" + layout,
                        reference(image))
                .inheritIO()
                .start();
        if (!push.waitFor(PUSH_SECONDS, TimeUnit.SECONDS) || push.exitValue() != 0) {
            push.destroyForcibly();
            throw new IOException("the registry does not take " + image);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
