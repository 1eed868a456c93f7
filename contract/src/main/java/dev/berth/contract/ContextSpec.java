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
 * @param network rates, firewall and resolver; empty for none of them
 * @param life password and what else belongs to its life; empty for nothing of it
 * @param storage snapshots and the layer's beginning; empty leaves both as they are
 * @param boot with what it is started, and when; empty for nothing special
 * @param migration that it is a part of; empty for none
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
        Limits limits,
        Optional<NetworkSpec> network,
        Optional<Life> life,
        Optional<StorageSpec> storage,
        Optional<Boot> boot,
        Optional<Migration> migration) {

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
        faults.present("network", network);
        faults.present("life", life);
        faults.present("storage", storage);
        faults.present("boot", boot);
        faults.present("migration", migration);
        faults.throwIfAny();
        addresses = List.copyOf(addresses);
        sshKeys = List.copyOf(sshKeys);
    }

    /** A context of which nothing else is said. */
    public ContextSpec(
            String contextId,
            long generation,
            DesiredState desiredState,
            long restarts,
            String hostname,
            String imageDigest,
            List<String> addresses,
            List<String> sshKeys,
            Limits limits) {
        this(
                contextId,
                generation,
                desiredState,
                restarts,
                hostname,
                imageDigest,
                addresses,
                sshKeys,
                limits,
                Optional.empty(),
                Optional.empty());
    }

    /** A context whose layer and snapshots stay as they are. */
    public ContextSpec(
            String contextId,
            long generation,
            DesiredState desiredState,
            long restarts,
            String hostname,
            String imageDigest,
            List<String> addresses,
            List<String> sshKeys,
            Limits limits,
            Optional<NetworkSpec> network,
            Optional<Life> life) {
        this(
                contextId,
                generation,
                desiredState,
                restarts,
                hostname,
                imageDigest,
                addresses,
                sshKeys,
                limits,
                network,
                life,
                Optional.empty(),
                Optional.empty());
    }

    /** A context that stays where it is. */
    public ContextSpec(
            String contextId,
            long generation,
            DesiredState desiredState,
            long restarts,
            String hostname,
            String imageDigest,
            List<String> addresses,
            List<String> sshKeys,
            Limits limits,
            Optional<NetworkSpec> network,
            Optional<Life> life,
            Optional<StorageSpec> storage,
            Optional<Boot> boot) {
        this(
                contextId,
                generation,
                desiredState,
                restarts,
                hostname,
                imageDigest,
                addresses,
                sshKeys,
                limits,
                network,
                life,
                storage,
                boot,
                Optional.empty());
    }

    /** The same with another network. */
    public ContextSpec withNetwork(NetworkSpec changed) {
        return new ContextSpec(
                contextId,
                generation,
                desiredState,
                restarts,
                hostname,
                imageDigest,
                addresses,
                sshKeys,
                limits,
                Optional.of(changed),
                life,
                storage,
                boot,
                migration);
    }

    /** The same with another life. */
    public ContextSpec withLife(Life changed) {
        return new ContextSpec(
                contextId,
                generation,
                desiredState,
                restarts,
                hostname,
                imageDigest,
                addresses,
                sshKeys,
                limits,
                network,
                Optional.of(changed),
                storage,
                boot,
                migration);
    }

    /** The same with other wishes for its disk. */
    public ContextSpec withStorage(StorageSpec changed) {
        return new ContextSpec(
                contextId,
                generation,
                desiredState,
                restarts,
                hostname,
                imageDigest,
                addresses,
                sshKeys,
                limits,
                network,
                life,
                Optional.of(changed),
                boot,
                migration);
    }

    /** The same, started otherwise. */
    public ContextSpec withBoot(Boot changed) {
        return new ContextSpec(
                contextId,
                generation,
                desiredState,
                restarts,
                hostname,
                imageDigest,
                addresses,
                sshKeys,
                limits,
                network,
                life,
                storage,
                Optional.of(changed),
                migration);
    }

    /** The same as a part of a migration. */
    public ContextSpec withMigration(Migration changed) {
        return new ContextSpec(
                contextId,
                generation,
                desiredState,
                restarts,
                hostname,
                imageDigest,
                addresses,
                sshKeys,
                limits,
                network,
                life,
                storage,
                boot,
                Optional.of(changed));
    }

    /**
     * What a context should be doing. SUSPENDED is stopped by staff: the node treats it as STOPPED and says so. FROZEN is held where it is,
     * with its memory, and gets no CPU; one that does not run stays down.
     */
    public enum DesiredState {
        RUNNING,
        STOPPED,
        SUSPENDED,
        FROZEN,
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
     * @param cpu finer rules of the token bucket; empty for the usual ones
     * @param memory what holds below and beside {@code memoryBytes}; empty for none
     * @param io limits of the store's block device; empty for none
     */
    public record Limits(
            long cpuBaselineMilli,
            long cpuCeilingMilli,
            long cpuBankMillis,
            long memoryBytes,
            long processes,
            long diskBytes,
            Optional<Long> diskInodes,
            Optional<Cpu> cpu,
            Optional<Memory> memory,
            Optional<InputOutput> io) {
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
            Objects.requireNonNull(cpu, "cpu");
            memory.flatMap(Memory::highBytes)
                    .ifPresent(high -> faults.check(
                            high <= memoryBytes,
                            () -> "highBytes %d is above memoryBytes %d".formatted(high, memoryBytes)));
            Objects.requireNonNull(io, "io");
            faults.throwIfAny();
        }

        /** Limits with none of the finer rules. */
        public Limits(
                long cpuBaselineMilli,
                long cpuCeilingMilli,
                long cpuBankMillis,
                long memoryBytes,
                long processes,
                long diskBytes,
                Optional<Long> diskInodes) {
            this(
                    cpuBaselineMilli,
                    cpuCeilingMilli,
                    cpuBankMillis,
                    memoryBytes,
                    processes,
                    diskBytes,
                    diskInodes,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /**
     * Finer rules of the token bucket.
     *
     * @param tokensMinMillis {@code tokens_min} M: what an emptied bucket needs before it may burst again; usual: a second at the
     *     ceiling, at most half of the bank
     * @param intervalMillis T: over how long a time the baseline is given; usual: 100. A long one lets short work run through, a
     *     short one keeps pauses short
     * @param idleShare weight among busy contexts for CPU time that nobody reserved; usual: the baseline's milli-CPUs
     * @param creditMicros CPU-microseconds that may ever be drawn as credit when the bank is empty; only grows. Empty for none
     * @param surplusLimitMicros CPU-microseconds that may ever be drawn as surplus, after the credit. Below what was drawn it means
     *     none now. Empty for none
     */
    public record Cpu(
            Optional<Long> tokensMinMillis,
            Optional<Long> intervalMillis,
            Optional<Long> idleShare,
            Optional<Long> creditMicros,
            Optional<Long> surplusLimitMicros) {
        /** The longest and shortest time the kernel's bandwidth control is asked to work with. */
        public static final long MIN_INTERVAL_MILLIS = 10;

        public static final long MAX_INTERVAL_MILLIS = 1_000;
        public static final long MAX_SHARE = 1_000_000;

        public Cpu {
            Faults faults = new Faults("CPU limits");
            Objects.requireNonNull(tokensMinMillis, "tokensMinMillis");
            tokensMinMillis.ifPresent(n -> faults.positive("tokensMinMillis", n));
            intervalMillis.ifPresent(n -> faults.check(
                    n >= MIN_INTERVAL_MILLIS && n <= MAX_INTERVAL_MILLIS,
                    () -> "intervalMillis %d is not between %d and %d"
                            .formatted(n, MIN_INTERVAL_MILLIS, MAX_INTERVAL_MILLIS)));
            idleShare.ifPresent(n -> faults.check(
                    n >= 1 && n <= MAX_SHARE, () -> "idleShare %d is not between 1 and %d".formatted(n, MAX_SHARE)));
            Objects.requireNonNull(creditMicros, "creditMicros");
            creditMicros.ifPresent(n -> faults.notNegative("creditMicros", n));
            Objects.requireNonNull(surplusLimitMicros, "surplusLimitMicros");
            surplusLimitMicros.ifPresent(n -> faults.notNegative("surplusLimitMicros", n));
            faults.throwIfAny();
        }

        /** Rules of a bucket that nothing was bought for. */
        public Cpu(Optional<Long> tokensMinMillis, Optional<Long> intervalMillis, Optional<Long> idleShare) {
            this(tokensMinMillis, intervalMillis, idleShare, Optional.empty(), Optional.empty());
        }
    }

    /**
     * @param highBytes {@code memory.high}: above it the context is slowed down and its memory reclaimed, before anything is killed
     * @param swapBytes {@code memory.swap.max}; empty for no swap
     */
    public record Memory(Optional<Long> highBytes, Optional<Long> swapBytes) {
        public Memory {
            Faults faults = new Faults("memory limits");
            Objects.requireNonNull(highBytes, "highBytes");
            highBytes.ifPresent(n -> faults.positive("highBytes", n));
            Objects.requireNonNull(swapBytes, "swapBytes");
            swapBytes.ifPresent(n -> faults.notNegative("swapBytes", n));
            faults.throwIfAny();
        }
    }

    /**
     * Limits of the block device the context's files are on; empty where there is none.
     *
     * @param weight share of the device under contention, 100 is ordinary
     */
    public record InputOutput(
            Optional<Long> readBytesPerSecond,
            Optional<Long> writeBytesPerSecond,
            Optional<Long> readsPerSecond,
            Optional<Long> writesPerSecond,
            Optional<Long> weight) {
        public static final long MAX_WEIGHT = 1_000;

        public InputOutput {
            Faults faults = new Faults("I/O limits");
            readBytesPerSecond.ifPresent(n -> faults.positive("readBytesPerSecond", n));
            writeBytesPerSecond.ifPresent(n -> faults.positive("writeBytesPerSecond", n));
            readsPerSecond.ifPresent(n -> faults.positive("readsPerSecond", n));
            writesPerSecond.ifPresent(n -> faults.positive("writesPerSecond", n));
            weight.ifPresent(n -> faults.check(
                    n >= 1 && n <= MAX_WEIGHT, () -> "weight %d is not between 1 and %d".formatted(n, MAX_WEIGHT)));
            faults.throwIfAny();
        }
    }
}
