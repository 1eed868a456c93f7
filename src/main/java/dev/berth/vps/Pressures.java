package dev.berth.vps;

import dev.berth.contract.NetworkSpec.VolumeCap;
import dev.berth.contract.Observed;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** How VPS meet their limits, as their nodes say: what was killed for want of memory, and who is slowed down. */
@ApplicationScoped
public class Pressures {
    private final Database database;
    private final InstantSource clock;

    Pressures(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * How one VPS meets its limits since it was started last.
     *
     * @param oom the newest kill for want of memory
     * @param volume what passed of its volume cap; empty without one
     */
    public record Pressure(long oomKills, long processesRefused, Optional<Oom> oom, Optional<Volume> volume) {
        /** Whether there is anything its owner should know. */
        public boolean any() {
            return oomKills > 0 || processesRefused > 0 || volume.isPresent();
        }
    }

    public record Oom(Instant at, String process) {}

    /**
     * @param bytes in both directions since the window began
     * @param slowed whether it is held to {@code floorBits} until the window ends
     */
    public record Volume(String window, long bytes, long capBytes, long floorBits, boolean slowed) {}

    /** Runs in the caller's transaction. */
    void take(UUID vpsId, Observed.Pressure pressure) {
        database.update(
                "INSERT INTO vps_pressure (vps_id, at, oom_kills, memory_limit_hits, processes_refused, last_oom_at,"
                        + " last_oom_process, volume_since, volume_bytes, volume_slowed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON DUPLICATE KEY UPDATE at = VALUE(at), oom_kills = VALUE(oom_kills),"
                        + " memory_limit_hits = VALUE(memory_limit_hits), processes_refused = VALUE(processes_refused),"
                        + " last_oom_at = VALUE(last_oom_at), last_oom_process = VALUE(last_oom_process),"
                        + " volume_since = VALUE(volume_since), volume_bytes = VALUE(volume_bytes),"
                        + " volume_slowed = VALUE(volume_slowed)",
                vpsId,
                clock.instant(),
                pressure.oomKills(),
                pressure.memoryLimitHits(),
                pressure.processesRefused(),
                pressure.lastOomKill().map(kill -> Instant.ofEpochMilli(kill.utcMillis())),
                pressure.lastOomKill().map(Observed.OomKill::process),
                pressure.volume().map(volume -> Instant.ofEpochMilli(volume.sinceMillis())),
                pressure.volume().map(Observed.Volume::bytes),
                pressure.volume().map(Observed.Volume::slowed));
    }

    /** Empty while its node has said nothing. Who may see the VPS may see this. */
    public Optional<Pressure> find(UUID vpsId) {
        return database.one(
                "SELECT p.oom_kills, p.processes_refused, p.last_oom_at, p.last_oom_process, p.volume_bytes,"
                        + " p.volume_slowed, pv.net_cap_window," + FinerLimits.CAP_BYTES
                        + " pv.net_floor_bits FROM vps_pressure p"
                        + " JOIN vps v ON v.id = p.vps_id JOIN plan_version pv ON pv.id = v.plan_version_id"
                        + " WHERE p.vps_id = ?",
                Pressures::pressure,
                vpsId);
    }

    private static Pressure pressure(Row row) {
        Optional<Oom> oom = row.optionalInstant("last_oom_at")
                .map(at -> new Oom(at, row.optionalText("last_oom_process").orElse("")));
        Optional<Volume> volume = row.optionalNumber("volume_bytes")
                .flatMap(bytes -> FinerLimits.volumeCap(row).map(cap -> volume(cap, bytes, row.flag("volume_slowed"))));
        return new Pressure(row.number("oom_kills"), row.number("processes_refused"), oom, volume);
    }

    private static Volume volume(VolumeCap cap, long bytes, boolean slowed) {
        String window = switch (cap.window()) {
            case DAY -> "today";
            case MONTH -> "this month";
        };
        return new Volume(window, bytes, cap.bytes(), cap.floorBits(), slowed);
    }
}
