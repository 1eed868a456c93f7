package dev.berth.fleet;

import dev.berth.platform.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A host and what is reserved on it.
 *
 * @param desiredRevision of the newest change for it
 * @param observedRevision it has on its disk
 * @param simulated its contexts are invented
 * @param network what its own look at the contexts' networks found; empty before the first
 * @param images digests of those it holds unpacked: an order for one of them starts at once
 */
public record Node(
        UUID id,
        String name,
        State state,
        boolean simulated,
        long desiredRevision,
        long observedRevision,
        Optional<UUID> bootId,
        Optional<String> agentVersion,
        Resources capacity,
        Resources reserved,
        long cpuOvercommitPercent,
        Optional<String> quotaDriver,
        boolean inodeLimits,
        boolean ipv6,
        Optional<String> kernel,
        Optional<Long> clockSkewMillis,
        Optional<Instant> lastSeenAt,
        Instant createdAt,
        Optional<NetworkState> network,
        List<String> images) {
    public Node {
        images = List.copyOf(images);
    }

    /** A node that was silent for longer gets no orders and is shown as lost. */
    public static final Duration SILENT = Duration.ofMinutes(1);

    static final String COLUMNS = "n.id, n.name, n.state, n.simulated, n.desired_revision, n.observed_revision,"
            + " n.boot_id, n.agent_version, n.cpu_milli, n.memory_bytes, n.disk_bytes, n.uplink_bits, n.reserved_uplink_bits, n.reserved_cpu_milli,"
            + " n.reserved_memory_bytes, n.reserved_disk_bytes, n.cpu_overcommit_percent, n.quota_driver,"
            + " n.inode_limits, n.ipv6, n.kernel, n.clock_skew_millis, n.last_seen_at, n.created_at,"
            + " n.network_checked_at, n.network_contexts, n.network_holds, n.network_deviated_at, n.network_deviations,"
            + " (SELECT GROUP_CONCAT(ni.digest ORDER BY ni.digest SEPARATOR ' ') FROM node_image ni"
            + " WHERE ni.node_id = n.id) AS images";

    /** DRAINING gets no new VPS. */
    public enum State {
        ACTIVE,
        DRAINING,
        RETIRED
    }

    /**
     * Whether packet rules, routes and settings that keep VPS from sending as others are in place.
     *
     * @param contexts looked at
     * @param holds whether nothing differed when it looked last
     * @param deviatedAt when something differed last, which was put right then
     */
    public record NetworkState(
            Instant checkedAt, long contexts, boolean holds, Optional<Instant> deviatedAt, List<String> deviations) {
        public NetworkState {
            deviations = List.copyOf(deviations);
        }

        static Optional<NetworkState> of(Row row) {
            return row.optionalInstant("network_checked_at")
                    .map(at -> new NetworkState(
                            at,
                            row.number("network_contexts"),
                            row.flag("network_holds"),
                            row.optionalInstant("network_deviated_at"),
                            row.optionalText("network_deviations").stream()
                                    .flatMap(String::lines)
                                    .toList()));
        }
    }

    /**
     * Milli-CPUs and bytes.
     *
     * @param uplinkBits per second of the link to the world; 0 where nothing of it is or can be reserved
     */
    public record Resources(long cpuMilli, long memoryBytes, long diskBytes, long uplinkBits) {
        public Resources(long cpuMilli, long memoryBytes, long diskBytes) {
            this(cpuMilli, memoryBytes, diskBytes, 0);
        }

        Resources minus(Resources other) {
            return new Resources(
                    cpuMilli - other.cpuMilli,
                    memoryBytes - other.memoryBytes,
                    diskBytes - other.diskBytes,
                    uplinkBits - other.uplinkBits);
        }
    }

    /** Whether it has this much left to be promised. */
    public boolean fits(Resources need) {
        long cpu = capacity.cpuMilli() * cpuOvercommitPercent / 100;
        return reserved.cpuMilli() + need.cpuMilli() <= cpu
                && reserved.memoryBytes() + need.memoryBytes() <= capacity.memoryBytes()
                && reserved.diskBytes() + need.diskBytes() <= capacity.diskBytes()
                && reserved.uplinkBits() + need.uplinkBits() <= capacity.uplinkBits();
    }

    /** How much of its memory is promised, in millionths. */
    public long fullness() {
        return capacity.memoryBytes() == 0
                ? 0
                : reserved.memoryBytes() / Math.max(1, capacity.memoryBytes() / 1_000_000);
    }

    /** Whether it has been heard of lately. */
    public boolean heardSince(Instant now) {
        return lastSeenAt.filter(at -> at.isAfter(now.minus(SILENT))).isPresent();
    }

    static Node of(Row row) {
        return new Node(
                row.uuid("id"),
                row.text("name"),
                row.constant("state", State.class),
                row.flag("simulated"),
                row.number("desired_revision"),
                row.number("observed_revision"),
                row.optionalUuid("boot_id"),
                row.optionalText("agent_version"),
                new Resources(
                        row.number("cpu_milli"),
                        row.number("memory_bytes"),
                        row.number("disk_bytes"),
                        row.optionalNumber("uplink_bits").orElse(0L)),
                new Resources(
                        row.number("reserved_cpu_milli"),
                        row.number("reserved_memory_bytes"),
                        row.number("reserved_disk_bytes"),
                        row.number("reserved_uplink_bits")),
                row.number("cpu_overcommit_percent"),
                row.optionalText("quota_driver"),
                row.flag("inode_limits"),
                row.flag("ipv6"),
                row.optionalText("kernel"),
                row.optionalNumber("clock_skew_millis"),
                row.optionalInstant("last_seen_at"),
                row.instant("created_at"),
                NetworkState.of(row),
                row.optionalText("images")
                        .map(text -> List.of(text.split(" ", -1)))
                        .orElse(List.of()));
    }
}
