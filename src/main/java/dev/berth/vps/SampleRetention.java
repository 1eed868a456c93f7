package dev.berth.vps;

import dev.berth.platform.Database;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Points of graphs are kept for a short time. */
@ApplicationScoped
class SampleRetention {
    private static final int AT_ONCE = 20_000;
    private final Database database;
    private final InstantSource clock;
    private final Duration kept;

    SampleRetention(
            Database database, InstantSource clock, @ConfigProperty(name = "berth.samples.kept") Duration kept) {
        this.database = database;
        this.clock = clock;
        this.kept = kept;
    }

    @RunOnVirtualThread
    @Scheduled(every = "1m", identity = "sample-retention")
    void forget() {
        database.update(
                "DELETE FROM vps_sample WHERE at < ? LIMIT " + AT_ONCE,
                clock.instant().minus(kept));
    }
}
