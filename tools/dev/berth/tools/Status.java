package dev.berth.tools;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code berth status}: exit code 0 when all parts run and the portal is ready. */
final class Status {
    private final Instance instance;
    private final PrintStream out;

    Status(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
    }

    int run() {
        Map<String, String> places = Map.of(
                Portal.NAME,
                instance.settings.portalUrl() + "/",
                Keycloak.NAME,
                instance.settings.realmUrl(),
                MariaDb.NAME,
                Settings.HOST + ":" + instance.settings.databasePort(),
                NodeDaemon.NAME,
                instance.settings.node().resolve("berthd.sock").toString(),
                NodeDaemon.LXCFS,
                "/var/lib/lxcfs");
        List<String> needed = List.of(MariaDb.NAME, Keycloak.NAME, Portal.NAME, NodeDaemon.NAME);
        int down = 0;
        out.printf("%-10s %-9s %-8s %-10s %s%n", "PART", "STATE", "PID", "UP", "WHERE");
        for (String part : Instance.PARTS.reversed()) {
            Optional<ProcessHandle> process = instance.daemons.running(part);
            if (process.isPresent() || needed.contains(part)) {
                out.printf(
                        "%-10s %-9s %-8s %-10s %s%n",
                        part,
                        process.isPresent() ? state(part) : "down",
                        process.map(handle -> Long.toString(handle.pid())).orElse("-"),
                        process.flatMap(handle -> handle.info().startInstant())
                                .map(Status::age)
                                .orElse("-"),
                        places.get(part));
            }
            down += process.isEmpty() && needed.contains(part) ? 1 : 0;
        }
        return down == 0 && instance.portal.ready() ? 0 : Failure.NOT_RUNNING;
    }

    private String state(String part) {
        return part.equals(Portal.NAME) && !instance.portal.ready() ? "not ready" : "running";
    }

    private static String age(Instant since) {
        Duration age = Duration.between(since, Instant.now());
        return "%d:%02d:%02d".formatted(age.toHours(), age.toMinutesPart(), age.toSecondsPart());
    }
}
