package dev.berth.fleet;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once nodes can dial in; the database has a check of its own, and migrations run before anything listens. */
@Readiness
@ApplicationScoped
class AgentReadiness implements HealthCheck {
    private final AgentServer server;

    AgentReadiness(AgentServer server) {
        this.server = server;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("agent API").status(server.listening()).build();
    }
}
