package dev.berth.fleet;

import dev.berth.contract.Readings;
import dev.berth.platform.Problem;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.PublicKey;
import java.util.UUID;

/** Where nothing meters, a node keeps its journal. */
@DefaultBean
@ApplicationScoped
class NoReadings implements ReadingSink {
    @Override
    public Result take(UUID nodeId, PublicKey nodeKey, Readings batch) {
        throw Problem.of(503, "no-metering", "Nothing takes readings here.");
    }
}
