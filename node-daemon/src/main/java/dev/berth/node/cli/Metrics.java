package dev.berth.node.cli;

import dev.berth.contract.Observed.State;
import dev.berth.node.daemon.Daemon;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What a Prometheus sees of the daemon, beside what Quarkus shows of the JVM. */
final class Metrics {
    private Metrics() {}

    static void bind(MeterRegistry registry, Daemon.State daemon) {
        for (State state : State.values()) {
            Gauge.builder("berth.contexts", daemon, d -> count(d, state))
                    .tag("state", state.name())
                    .description("Contexts in a state")
                    .register(registry);
        }
        Gauge.builder("berth.journal.last.seq", daemon, d -> d.journal().lastSeq())
                .description("Number of the newest journal record")
                .register(registry);
        Gauge.builder("berth.journal.acked.seq", daemon, d -> d.journal().ackedSeq())
                .description("Number of the newest journal record the portal has")
                .register(registry);
        Gauge.builder("berth.portal.last.contact.millis", daemon, d -> d.agent().lastContactMillis())
                .description("When the portal was last heard, UTC milliseconds")
                .register(registry);
        Gauge.builder("berth.reconcile.failures", daemon, d -> d.dispatcher().failures())
                .description("How often work on a context failed since the daemon began")
                .register(registry);
    }

    private static long count(Daemon.State daemon, State state) {
        return daemon.board().all().stream()
                .filter(status -> status.state() == state)
                .count();
    }
}
