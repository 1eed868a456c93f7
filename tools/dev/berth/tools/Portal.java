package dev.berth.tools;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One replica of the portal. */
final class Portal {
    static final String NAME = "portal";
    private static final List<String> JVM = List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final Settings settings;
    private final Daemons daemons;
    private final Secrets secrets;
    private final Builds builds;
    private final Signing signing;

    Portal(Settings settings, Daemons daemons, Secrets secrets, Builds builds, Signing signing) {
        this.settings = settings;
        this.daemons = daemons;
        this.secrets = secrets;
        this.builds = builds;
        this.signing = signing;
    }

    void start() {
        List<String> command = new ArrayList<>(List.of(Builds.java()));
        command.addAll(JVM);
        command.addAll(List.of("-jar", builds.portalJar().toString()));
        daemons.start(new Daemons.Spec(NAME, command, environment(), settings.variable()));
    }

    /** How a server runs one: with the compiler that takes its time. */
    static final List<String> SERVER = List.of("-Xmx768m");

    /** One more beside the same database, as a server runs it. */
    void startReplica(String name, int httpPort, int managementPort, int agentPort) {
        startReplica(new Replica(name, httpPort, managementPort, agentPort), SERVER, Map.of());
    }

    /** @param name of the part, its log and its pid file */
    record Replica(String name, int http, int management, int agent) {
        boolean ready() {
            return Http.ok("http://" + Settings.HOST + ":" + management + "/q/health/ready");
        }
    }

    /**
     * @param jvm its options
     * @param more variables of its environment
     */
    void startReplica(Replica replica, List<String> jvm, Map<String, String> more) {
        Map<String, String> environment = environment();
        environment.putAll(more);
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(replica.http()));
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(replica.management()));
        environment.put("BERTH_AGENT_PORT", Integer.toString(replica.agent()));
        List<String> command = new ArrayList<>(List.of(Builds.java()));
        command.addAll(jvm);
        command.addAll(List.of("-jar", builds.portalJar().toString()));
        daemons.start(new Daemons.Spec(replica.name(), command, environment, settings.variable()));
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:mariadb://%s:%d/berth?timezone=UTC".formatted(Settings.HOST, settings.databasePort()));
        environment.put("QUARKUS_DATASOURCE_USERNAME", "berth");
        environment.put("QUARKUS_DATASOURCE_PASSWORD", secrets.get("db-berth"));
        environment.put("QUARKUS_HTTP_HOST", Settings.HOST);
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(settings.portalPort()));
        environment.put("QUARKUS_MANAGEMENT_HOST", Settings.HOST);
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(settings.managementPort()));
        environment.put("QUARKUS_OIDC_AUTH_SERVER_URL", settings.realmUrl());
        environment.put("QUARKUS_OIDC_CREDENTIALS_SECRET", secrets.get("oidc-berth-portal"));
        environment.put("QUARKUS_OIDC_API_AUTH_SERVER_URL", settings.realmUrl());
        environment.put("BERTH_SECRET", secrets.get("portal"));
        environment.put("BERTH_AGENT_HOST", Settings.HOST);
        environment.put("BERTH_AGENT_PORT", Integer.toString(settings.agentPort()));
        environment.put("BERTH_IMAGE_KEYS", signing.trusted().toString());
        environment.put("BERTH_DEMO", "true");
        return environment;
    }

    boolean ready() {
        return Http.ok(settings.managementUrl() + "/q/health/ready");
    }

    void awaitReady() {
        daemons.awaitReady(NAME, Duration.ofMinutes(2), this::ready);
    }
}
