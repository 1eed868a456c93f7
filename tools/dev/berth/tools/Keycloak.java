package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The real Keycloak from its Maven distribution, with the realm of the repository, on the same MariaDB. */
final class Keycloak {
    static final String NAME = "keycloak";
    private static final String VERSION = "26.7.3";
    private static final String WELL_KNOWN_PORTAL = "127.0.0.1:8080";
    private static final List<String> JVM = List.of(
            "-Xms64m",
            "-Xmx512m",
            "-XX:MaxMetaspaceSize=256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dfile.encoding=UTF-8",
            "-Djava.security.egd=file:/dev/urandom",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.base/java.security=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                    + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dpicocli.disable.closures=true");

    private final Settings settings;
    private final Daemons daemons;
    private final Secrets secrets;
    private final Builds builds;
    private final Path home;

    Keycloak(Settings settings, Daemons daemons, Secrets secrets, Builds builds) {
        this.settings = settings;
        this.daemons = daemons;
        this.secrets = secrets;
        this.builds = builds;
        this.home = settings.variable().resolve(NAME);
    }

    /** Fetches, unpacks and builds the server once; a copy by hard links for this instance. */
    void install() {
        Path built = settings.cache().resolve("keycloak-" + VERSION);
        if (!Files.isDirectory(built)) {
            build(built);
        }
        if (!Files.isDirectory(home)) {
            Command.of("cp", Settings.linux() ? "-al" : "-R", built.toString(), home.toString())
                    .within(Duration.ofMinutes(2))
                    .must(Failure.BUILD, "copying Keycloak");
        }
        importRealm();
    }

    private void build(Path built) {
        Path log = settings.log("keycloak-build");
        String archive = "keycloak-quarkus-dist-" + VERSION + ".tar.gz";
        builds.maven(
                log,
                "fetching Keycloak",
                "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy",
                "-Dartifact=org.keycloak:keycloak-quarkus-dist:" + VERSION + ":tar.gz",
                "-DoutputDirectory=" + settings.cache());
        Path fresh = settings.ensureDirectory(settings.cache().resolve("keycloak.new"));
        Command.of(
                        "tar",
                        "-xzf",
                        settings.cache().resolve(archive).toString(),
                        "-C",
                        fresh.toString(),
                        "--strip-components=1")
                .within(Duration.ofMinutes(3))
                .must(Failure.BUILD, "unpacking Keycloak");
        Command.of(fresh.resolve("bin/kc.sh").toString(), "build", "--db=mariadb", "--cache=local")
                .within(Duration.ofMinutes(5))
                .mustTo(log, Failure.BUILD, "building Keycloak for MariaDB");
        try {
            Files.move(fresh, built);
            // the unpacked one is kept; Maven keeps the archive
            Files.deleteIfExists(settings.cache().resolve(archive));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The realm as the repository has it, with this instance's ports and the operator's secret. */
    private void importRealm() {
        try {
            String realm = Files.readString(settings.root().resolve("src/main/keycloak/berth-realm.json"));
            realm = realm.replace(WELL_KNOWN_PORTAL, Settings.HOST + ":" + settings.portalPort())
                    .replace("localhost:8080", "localhost:" + settings.portalPort())
                    .replace("${BERTH_PORTAL_SECRET}", secrets.get("oidc-berth-portal"))
                    .replace("${BERTH_RESELLER_SECRET}", secrets.get("oidc-berth-reseller-demo"))
                    .replace("${BERTH_OPERATOR_SECRET}", secrets.get("oidc-berth-operator"));
            Path directory = settings.ensureDirectory(home.resolve("data/import"));
            Files.writeString(directory.resolve("berth-realm.json"), realm);
        } catch (IOException e) {
            throw new Failure(Failure.BUILD, "the realm file src/main/keycloak/berth-realm.json cannot be used", e);
        }
    }

    void start() {
        List<String> command = new ArrayList<>(List.of(Builds.java()));
        command.addAll(JVM);
        command.addAll(List.of(
                "-Dkc.home.dir=" + home,
                "-Djboss.server.config.dir=" + home.resolve("conf"),
                "-cp",
                home.resolve("lib/quarkus-run.jar").toString(),
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
                "start",
                "--optimized",
                "--import-realm"));
        daemons.start(new Daemons.Spec(NAME, command, environment(), home));
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("KC_DB_URL", "jdbc:mariadb://%s:%d/keycloak".formatted(Settings.HOST, settings.databasePort()));
        environment.put("KC_DB_USERNAME", "keycloak");
        environment.put("KC_DB_PASSWORD", secrets.get("db-keycloak"));
        environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
        environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", secrets.get("keycloak-admin"));
        environment.put("KC_HTTP_ENABLED", "true");
        environment.put("KC_HTTP_HOST", Settings.HOST);
        environment.put("KC_HTTP_PORT", Integer.toString(settings.keycloakPort()));
        environment.put("KC_HOSTNAME", settings.keycloakUrl());
        return environment;
    }

    /** "started" in its log comes before it answers: the realm's own document is the sign. */
    void awaitReady() {
        daemons.awaitReady(
                NAME, Duration.ofMinutes(4), () -> Http.ok(settings.realmUrl() + "/.well-known/openid-configuration"));
    }
}
