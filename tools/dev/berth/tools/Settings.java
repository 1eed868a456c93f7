package dev.berth.tools;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where things are and on which ports.
 *
 * @param root the repository
 * @param variable everything this machine makes: {@code var/}, or {@code BERTH_VAR}
 * @param cache downloads and images, shared by all instances of this repository
 * @param portBase empty for the well-known ports; else five consecutive ports from here ({@code BERTH_PORT_BASE})
 */
record Settings(Path root, Path variable, Path cache, Optional<Integer> portBase) {
    static final String HOST = "127.0.0.1";

    static Settings of(Path root, Map<String, String> environment) {
        Path variable = root.resolve(environment.getOrDefault("BERTH_VAR", "var"))
                .toAbsolutePath()
                .normalize();
        Optional<Integer> base =
                Optional.ofNullable(environment.get("BERTH_PORT_BASE")).map(Settings::port);
        return new Settings(root, variable, root.resolve("var/cache"), base);
    }

    /** What is costly to make and the same for every checkout of this repository. */
    static Path userCache() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("berth");
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1024 && port <= 65_000) {
                return port;
            }
        } catch (NumberFormatException e) {
            // falls through to the sentence below, which names the value
        }
        throw new Failure(Failure.USAGE, "BERTH_PORT_BASE is '" + text + "', not a port between 1024 and 65000");
    }

    int portalPort() {
        return portBase.orElse(8080);
    }

    int managementPort() {
        return portBase.map(base -> base + 1).orElse(9000);
    }

    int agentPort() {
        return portBase.map(base -> base + 2).orElse(8444);
    }

    int keycloakPort() {
        return portBase.map(base -> base + 3).orElse(8180);
    }

    int databasePort() {
        return portBase.map(base -> base + 4).orElse(3307);
    }

    Map<String, Integer> ports() {
        return Map.of(
                "the portal", portalPort(),
                "the portal's health and metrics", managementPort(),
                "the agent API", agentPort(),
                "Keycloak", keycloakPort(),
                "MariaDB", databasePort());
    }

    String portalUrl() {
        return "http://" + HOST + ":" + portalPort();
    }

    String managementUrl() {
        return "http://" + HOST + ":" + managementPort();
    }

    String keycloakUrl() {
        return "http://" + HOST + ":" + keycloakPort();
    }

    String realmUrl() {
        return keycloakUrl() + "/realms/berth";
    }

    Path logs() {
        return variable.resolve("log");
    }

    Path log(String part) {
        return logs().resolve(part + ".log");
    }

    Path node() {
        return variable.resolve("node");
    }

    Path images() {
        return cache.resolve("images");
    }

    /** Name of the control group above this instance's contexts; instances on one host must not meet. */
    String cgroupRoot() {
        return portBase.map(base -> "berth-" + base).orElse("berth");
    }

    String nftTable() {
        return portBase.map(base -> "berth_" + base).orElse("berth");
    }

    Path ensureDirectory(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
    }

    static boolean linux() {
        return System.getProperty("os.name").startsWith("Linux");
    }

    static boolean superuser() {
        return !System.getProperty("os.name").startsWith("Windows") && new UnixSystem().getUid() == 0;
    }
}
