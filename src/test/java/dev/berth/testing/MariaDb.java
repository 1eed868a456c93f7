package dev.berth.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real MariaDB on a private data directory under {@code target/} and a free loopback port. */
public final class MariaDb implements QuarkusTestResourceLifecycleManager {
    private static final String PASSWORD = "test";
    private @Nullable Process server;
    private int port;

    @Override
    public Map<String, String> start() {
        try {
            return begin();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Map<String, String> begin() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "mariadb")), "data")
                .toAbsolutePath();
        port = freePort();
        run(
                directory,
                "mariadb-install-db",
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--skip-name-resolve",
                "--datadir=" + directory,
                "--user=" + user());
        server = new ProcessBuilder(List.of(
                        "mariadbd",
                        "--no-defaults",
                        "--user=" + user(),
                        "--datadir=" + directory,
                        "--socket=" + directory.resolve("s"),
                        "--pid-file=" + directory.resolve("pid"),
                        "--bind-address=127.0.0.1",
                        "--port=" + port,
                        "--skip-name-resolve",
                        "--innodb-flush-log-at-trx-commit=0",
                        "--innodb-buffer-pool-size=64M",
                        "--character-set-server=utf8mb4",
                        "--collation-server=utf8mb4_bin"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(this::prepared);
        return Map.of(
                "quarkus.datasource.jdbc.url",
                url("berth"),
                "quarkus.datasource.username",
                "berth",
                "quarkus.datasource.password",
                PASSWORD);
    }

    private boolean prepared() {
        try (Connection root = DriverManager.getConnection(url(""), "root", "");
                Statement statement = root.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS berth CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
            statement.execute("CREATE USER IF NOT EXISTS berth@'%' IDENTIFIED BY '" + PASSWORD + "'");
            statement.execute("GRANT ALL ON berth.* TO berth@'%'");
            return true;
        } catch (SQLException e) {
            if (server != null && !server.isAlive()) {
                throw new IllegalStateException("mariadbd ended with " + server.exitValue(), e);
            }
            return false;
        }
    }

    private String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database;
    }

    private static String user() {
        return System.getProperty("user.name");
    }

    private static void run(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .redirectErrorStream(true)
                .redirectOutput(directory
                        .resolveSibling(directory.getFileName() + ".install")
                        .toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(command[0] + " failed, see " + directory + ".install");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void stop() {
        Process running = server;
        if (running == null) {
            return;
        }
        running.destroy();
        try {
            if (!running.waitFor(20, TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
