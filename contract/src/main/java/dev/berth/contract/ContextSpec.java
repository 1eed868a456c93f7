package dev.berth.contract;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one context should be. The node makes it so, again and again.
 *
 * @param contextId UUID of the context; also the id of its VPS in the portal
 * @param generation grows with every change of this record; a node refuses a lower one than it has seen
 * @param desiredState what should hold now; {@code DELETED} is the tombstone and needs evidence from the node
 * @param restarts counter that looks like a command: the node restarts when it has not done all of them; several at once are one
 * @param hostname RFC 1123 label or name
 * @param imageDigest {@code sha256:<64 hex>} of the image archive
 * @param addresses IPv4 or IPv6 addresses without prefix, the first one is primary
 * @param sshKeys lines of {@code authorized_keys} for root
 * @param limits what the kernel holds it to
 */
public record ContextSpec(
        String contextId,
        long generation,
        DesiredState desiredState,
        long restarts,
        String hostname,
        String imageDigest,
        List<String> addresses,
        List<String> sshKeys,
        Limits limits) {

    /** The longest list of addresses a spec may carry. */
    public static final int MAX_ADDRESSES = 16;

    /** The longest list of SSH keys a spec may carry. */
    public static final int MAX_SSH_KEYS = 64;

    public ContextSpec {
        Faults faults = new Faults("context spec");
        faults.uuid("contextId", contextId);
        faults.positive("generation", generation);
        faults.present("desiredState", desiredState);
        faults.notNegative("restarts", restarts);
        faults.matches("hostname", hostname, Patterns.HOSTNAME);
        faults.matches("imageDigest", imageDigest, Patterns.DIGEST);
        faults.each("addresses", addresses, Patterns.ADDRESS, MAX_ADDRESSES);
        faults.each("sshKeys", sshKeys, Patterns.SSH_KEY, MAX_SSH_KEYS);
        faults.present("limits", limits);
        faults.throwIfAny();
        addresses = List.copyOf(addresses);
        sshKeys = List.copyOf(sshKeys);
    }

    /** What a context should be doing. SUSPENDED is stopped by staff: the node treats it as STOPPED and says so. */
    public enum DesiredState {
        RUNNING,
        STOPPED,
        SUSPENDED,
        DELETED
    }

    /**
     * Limits of one context. Base units: bytes, milli-CPUs (1000 = one CPU), CPU-milliseconds (one token, as in VServer).
     *
     * @param cpuBaselineMilli fill rate R: what the context always gets
     * @param cpuCeilingMilli what it may use while its bank is not empty; at least the baseline
     * @param cpuBankMillis {@code tokens_max} S: CPU-milliseconds it can save
     * @param memoryBytes {@code memory.max}
     * @param processes {@code pids.max}
     * @param diskBytes quota of the private layer
     * @param diskInodes quota of files; empty where the plan sets none (not "0", not "unlimited by accident")
     */
    public record Limits(
            long cpuBaselineMilli,
            long cpuCeilingMilli,
            long cpuBankMillis,
            long memoryBytes,
            long processes,
            long diskBytes,
            Optional<Long> diskInodes) {
        public Limits {
            Faults faults = new Faults("limits");
            faults.positive("cpuBaselineMilli", cpuBaselineMilli);
            faults.check(
                    cpuCeilingMilli >= cpuBaselineMilli,
                    () -> "cpuCeilingMilli %d is below cpuBaselineMilli %d"
                            .formatted(cpuCeilingMilli, cpuBaselineMilli));
            faults.positive("cpuBankMillis", cpuBankMillis);
            faults.positive("memoryBytes", memoryBytes);
            faults.positive("processes", processes);
            faults.positive("diskBytes", diskBytes);
            Objects.requireNonNull(diskInodes, "diskInodes");
            diskInodes.ifPresent(n -> faults.positive("diskInodes", n));
            faults.throwIfAny();
        }
    }
}
