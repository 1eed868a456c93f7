package dev.berth.vps;

import dev.berth.platform.Database;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Points of graphs are kept for a short time. */
@ApplicationScoped
class SampleRetention {
    private static final int AT_ONCE = 20_000;

    /** Of a minute: more than ten thousand running VPS give points, so that the table cannot outgrow its time. */
    private static final int MAX_ROUNDS = 20;

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
        Instant before = clock.instant().minus(kept);
        int forgotten = AT_ONCE;
        for (int round = 0; round < MAX_ROUNDS && forgotten == AT_ONCE; round++) {
            forgotten = database.update("DELETE FROM vps_sample WHERE at < ? LIMIT " + AT_ONCE, before);
        }
    }
}
