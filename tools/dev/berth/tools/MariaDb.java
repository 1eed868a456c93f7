package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The distribution's MariaDB on a private data directory. */
final class MariaDb {
    static final String NAME = "mariadb";
    private static final String SERVICE_USER = "mysql";

    private final Settings settings;
    private final Daemons daemons;
    private final Secrets secrets;
    private final Path home;

    MariaDb(Settings settings, Daemons daemons, Secrets secrets) {
        this.settings = settings;
        this.daemons = daemons;
        this.secrets = secrets;
        this.home = settings.variable().resolve(NAME);
    }

    void start() {
        start(List.of());
    }

    /** @param more options of the server, after the usual ones */
    void start(List<String> more) {
        Path data = settings.ensureDirectory(home).resolve("data");
        String user = user();
        if (!Files.isDirectory(data.resolve("mysql"))) {
            install(data, user);
        }
        Path init = initFile(user);
        List<String> command = new ArrayList<>(List.of(program("mariadbd"), "--no-defaults"));
        command.addAll(List.of(
                "--datadir=" + data,
                "--socket=" + home.resolve("s"),
                "--pid-file=" + home.resolve("mariadbd.pid"),
                "--bind-address=" + Settings.HOST,
                "--port=" + settings.databasePort(),
                "--init-file=" + init,
                "--character-set-server=utf8mb4",
                "--innodb-buffer-pool-size=128M",
                "--max-allowed-packet=64M",
                "--max-connections=200",
                "--default-time-zone=+00:00"));
        command.addAll(more);
        if (Settings.superuser()) {
            command.add("--user=" + user);
        }
        daemons.start(new Daemons.Spec(NAME, command, Map.of(), home));
        daemons.awaitReady(NAME, Duration.ofSeconds(60), () -> Http.accepts(settings.databasePort()));
    }

    private void install(Path data, String user) {
        List<String> command = new ArrayList<>(List.of(
                program("mariadb-install-db"),
                "--no-defaults",
                "--datadir=" + data,
                "--auth-root-authentication-method=socket",
                "--auth-root-socket-user=" + System.getProperty("user.name"),
                "--skip-test-db"));
        if (Settings.superuser()) {
            command.add("--user=" + user);
        }
        Command.of(command)
                .within(Duration.ofMinutes(2))
                .mustTo(settings.log("mariadb-install"), Failure.START, "making MariaDB's data directory");
    }

    /** Run by the server before it listens: the databases and the two users, whose passwords are ours. */
    private Path initFile(String user) {
        StringBuilder sql = new StringBuilder();
        for (String name : List.of("berth", "keycloak")) {
            sql.append("CREATE DATABASE IF NOT EXISTS %s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;%n".formatted(name));
            for (String host : List.of("127.0.0.1", "localhost")) {
                String account = "'%s'@'%s'".formatted(name, host);
                sql.append("CREATE USER IF NOT EXISTS %s;%n".formatted(account));
                sql.append("ALTER USER %s IDENTIFIED BY '%s';%n".formatted(account, secrets.get("db-" + name)));
                sql.append("GRANT ALL ON %s.* TO %s;%n".formatted(name, account));
            }
        }
        Path inSecrets = secrets.write("init.sql", sql.toString());
        if (!Settings.superuser()) {
            return inSecrets;
        }
        try {
            Path file = home.resolve("init.sql");
            Files.move(inSecrets, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Files.setOwner(
                    file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
            Files.setOwner(
                    home, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give MariaDB its init file", e);
        }
    }

    /** The service's own user; where that one cannot reach the directory (a clone below /root), this one. */
    private String user() {
        if (!Settings.superuser()) {
            return System.getProperty("user.name");
        }
        for (Path place = home; place != null; place = place.getParent()) {
            try {
                if (Files.exists(place)
                        && !place.equals(home)
                        && !Files.getPosixFilePermissions(place).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return "root";
                }
            } catch (IOException e) {
                return "root";
            }
        }
        return SERVICE_USER;
    }

    private static String program(String name) {
        return Command.find(name)
                .map(Path::toString)
                .orElseThrow(() -> new Failure(
                        Failure.PACKAGES, "needs MariaDB's " + name + ": install the package mariadb-server"));
    }
}
