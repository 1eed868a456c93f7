package dev.berth.contract;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code PUT /agent/v1/observed}: what a node sees. Heartbeat every 10 s, differences at once, full list every 60 s.
 *
 * @param bootId the kernel's {@code /proc/sys/kernel/random/boot_id}
 * @param agentVersion version of the daemon
 * @param simulated true when contexts are invented
 * @param revision desired revision stored on the node's disk
 * @param full true when {@code contexts} is everything the node has
 * @param utcMillis the node's clock, so that the portal can see skew
 * @param capacity what the host offers
 * @param contexts states of contexts
 * @param images digests of the images that are unpacked and complete; empty when it is as it was last told
 * @param network what the newest look at the contexts' networks found; empty before the first
 */
public record Observed(
        String bootId,
        String agentVersion,
        boolean simulated,
        long revision,
        boolean full,
        long utcMillis,
        Capacity capacity,
        List<ContextStatus> contexts,
        Optional<List<String>> images,
        Optional<NetworkCheck> network) {

    public static final int MAX_CONTEXTS = 10_000;

    /** A node that holds more tells so many of them. */
    public static final int MAX_IMAGES = 1_000;

    public Observed {
        Faults faults = new Faults("observed state");
        faults.uuid("bootId", bootId);
        faults.text("agentVersion", agentVersion, 64);
        faults.notNegative("revision", revision);
        faults.positive("utcMillis", utcMillis);
        faults.present("capacity", capacity);
        faults.size("contexts", contexts, MAX_CONTEXTS);
        Objects.requireNonNull(images, "images");
        images.ifPresent(list -> faults.each("images", list, Patterns.DIGEST, MAX_IMAGES));
        faults.throwIfAny();
        contexts = List.copyOf(contexts);
        images = images.map(List::copyOf);
        Objects.requireNonNull(network, "network");
    }

    /** A node that does not look at its networks. */
    public Observed(
            String bootId,
            String agentVersion,
            boolean simulated,
            long revision,
            boolean full,
            long utcMillis,
            Capacity capacity,
            List<ContextStatus> contexts,
            Optional<List<String>> images) {
        this(bootId, agentVersion, simulated, revision, full, utcMillis, capacity, contexts, images, Optional.empty());
    }

    /**
     * The node's own look at what keeps contexts from sending as others: packet rules, their order, sets and maps, routes and kernel
     * settings, against what should be. What differs is put right and looked at again.
     *
     * @param checkedMillis when it looked last, UTC
     * @param contexts how many it looked at
     * @param holds whether nothing differed then
     * @param deviatedMillis when something differed last; empty when nothing ever did
     * @param deviations what differed then, in sentences for staff
     */
    public record NetworkCheck(
            long checkedMillis, long contexts, boolean holds, Optional<Long> deviatedMillis, List<String> deviations) {
        public static final int MAX_DEVIATIONS = 32;
        public static final int MAX_DEVIATION_CHARS = 200;

        public NetworkCheck {
            Faults faults = new Faults("network check");
            faults.positive("checkedMillis", checkedMillis);
            faults.notNegative("contexts", contexts);
            faults.present("deviatedMillis", deviatedMillis);
            faults.size("deviations", deviations, MAX_DEVIATIONS);
            deviations.forEach(text -> faults.text("deviation", text, MAX_DEVIATION_CHARS));
            faults.throwIfAny();
            deviations = List.copyOf(deviations);
        }
    }

    /**
     * @param cpuMilli CPUs of the host times 1000
     * @param memoryBytes of the host
     * @param diskBytes of the store contexts live in
     * @param quotaDriver {@code btrfs}, {@code project} or {@code simulated}
     * @param inodeLimits whether a limit of files can be enforced
     * @param ipv6 whether IPv6 addresses can be given
     * @param kernel release string
     * @param uplinkBits per second that the link to the world carries, to be reserved on; empty where none is named
     */
    public record Capacity(
            long cpuMilli,
            long memoryBytes,
            long diskBytes,
            String quotaDriver,
            boolean inodeLimits,
            boolean ipv6,
            String kernel,
            Optional<Long> uplinkBits) {
        public Capacity {
            Faults faults = new Faults("capacity");
            faults.positive("cpuMilli", cpuMilli);
            faults.positive("memoryBytes", memoryBytes);
            faults.positive("diskBytes", diskBytes);
            faults.text("quotaDriver", quotaDriver, 32);
            faults.text("kernel", kernel, 256);
            Objects.requireNonNull(uplinkBits, "uplinkBits");
            uplinkBits.ifPresent(bits -> faults.positive("uplinkBits", bits));
            faults.throwIfAny();
        }

        /** Nothing can be reserved on its uplink. */
        public Capacity(
                long cpuMilli,
                long memoryBytes,
                long diskBytes,
                String quotaDriver,
                boolean inodeLimits,
                boolean ipv6,
                String kernel) {
            this(cpuMilli, memoryBytes, diskBytes, quotaDriver, inodeLimits, ipv6, kernel, Optional.empty());
        }

        public Capacity withUplink(Optional<Long> bits) {
            return new Capacity(cpuMilli, memoryBytes, diskBytes, quotaDriver, inodeLimits, ipv6, kernel, bits);
        }
    }

    /**
     * @param generation of the spec that is applied in full; lower than desired while work is under way
     * @param restarts how many restarts were done
     * @param failure why the node cannot go on, in a sentence; empty while it can
     * @param steps the steps of the newest change, oldest first
     * @param sshFingerprints {@code SHA256:…} of the host keys, empty until known
     * @param sample what the context uses now, empty unless it runs; for graphs, never for money
     * @param pressure how often it ran into its limits; empty unless it runs
     * @param cause what kind of failure it is, where the node knows
     * @param storage its layer and snapshots; empty while it has no layer
     * @param stranger what else is known of it; empty unless it is QUARANTINED and was asked for once
     */
    public record ContextStatus(
            String contextId,
            long generation,
            State state,
            long restarts,
            Optional<String> failure,
            List<Step> steps,
            List<String> sshFingerprints,
            Optional<Sample> sample,
            Optional<Pressure> pressure,
            Optional<Cause> cause,
            Optional<StorageStatus> storage,
            Optional<Stranger> stranger) {
        public static final int MAX_STEPS = 64;

        public ContextStatus {
            Faults faults = new Faults("context status");
            faults.uuid("contextId", contextId);
            faults.notNegative("generation", generation);
            faults.present("state", state);
            faults.notNegative("restarts", restarts);
            faults.present("failure", failure);
            faults.size("steps", steps, MAX_STEPS);
            faults.size("sshFingerprints", sshFingerprints, 16);
            faults.present("sample", sample);
            faults.present("pressure", pressure);
            Objects.requireNonNull(cause, "cause");
            Objects.requireNonNull(storage, "storage");
            Objects.requireNonNull(stranger, "stranger");
            faults.throwIfAny();
            steps = List.copyOf(steps);
            sshFingerprints = List.copyOf(sshFingerprints);
        }

        /** A status of a context that is asked for. */
        public ContextStatus(
                String contextId,
                long generation,
                State state,
                long restarts,
                Optional<String> failure,
                List<Step> steps,
                List<String> sshFingerprints,
                Optional<Sample> sample,
                Optional<Pressure> pressure,
                Optional<Cause> cause,
                Optional<StorageStatus> storage) {
            this(
                    contextId,
                    generation,
                    state,
                    restarts,
                    failure,
                    steps,
                    sshFingerprints,
                    sample,
                    pressure,
                    cause,
                    storage,
                    Optional.empty());
        }

        /** A status that says nothing of limits and of causes. */
        public ContextStatus(
                String contextId,
                long generation,
                State state,
                long restarts,
                Optional<String> failure,
                List<Step> steps,
                List<String> sshFingerprints,
                Optional<Sample> sample) {
            this(
                    contextId,
                    generation,
                    state,
                    restarts,
                    failure,
                    steps,
                    sshFingerprints,
                    sample,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /**
     * A failure of a known kind.
     *
     * @param code {@code no-image}, {@code no-init}, {@code out-of-memory}, {@code cgroup}, {@code id-map}, {@code apparmor},
     *     {@code network}, {@code address-taken} or {@code unknown}; more may come, and a reader takes them as unknown
     * @param detail what the host said, for staff; may be empty
     */
    public record Cause(String code, String detail) {
        public static final int MAX_DETAIL_CHARS = 4_000;

        public Cause {
            Faults faults = new Faults("cause");
            faults.matches("code", code, Patterns.CODE);
            faults.text("detail", detail, MAX_DETAIL_CHARS);
            faults.throwIfAny();
        }
    }

    /** GONE is evidence: nothing of the context is left on the node. QUARANTINED: found, unknown to the portal, kept. */
    public enum State {
        CREATING,
        RUNNING,
        STOPPED,
        DELETING,
        GONE,
        QUARANTINED
    }

    /**
     * One step of a change as the node's durable log has it.
     *
     * @param startedMillis UTC
     * @param tookMicros empty while the step runs
     */
    public record Step(String name, StepState state, long startedMillis, Optional<Long> tookMicros) {
        public Step {
            Faults faults = new Faults("step");
            faults.text("name", name, 64);
            faults.present("state", state);
            faults.positive("startedMillis", startedMillis);
            faults.present("tookMicros", tookMicros);
            faults.throwIfAny();
        }
    }

    public enum StepState {
        RUNNING,
        DONE,
        FAILED
    }

    /**
     * Use at a moment. Gauges and counters since the context was created.
     *
     * @param cpuTokens balance of the bank in CPU-milliseconds, negative when in debt
     */
    public record Sample(
            long utcMillis,
            long cpuUsec,
            long cpuThrottledUsec,
            long cpuTokens,
            long memoryBytes,
            long diskBytes,
            long processes,
            long netTxBytes,
            long netRxBytes,
            long ioReadBytes,
            long ioWriteBytes) {}

    /**
     * How often a context ran into its limits since its cgroup was made. For its owner to see; never for money.
     *
     * @param oomKills processes the kernel killed because memory was used up
     * @param memoryLimitHits how often memory had to be reclaimed because {@code memoryBytes} was reached
     * @param processesRefused how often a process could not be made because there were as many as allowed
     * @param lastOomKill the newest kill, empty where there was none or the kernel does not tell
     * @param volume what it has of its volume cap, empty where it has none
     */
    public record Pressure(
            long oomKills,
            long memoryLimitHits,
            long processesRefused,
            Optional<OomKill> lastOomKill,
            Optional<Volume> volume) {
        public Pressure {
            Faults faults = new Faults("pressure");
            faults.notNegative("oomKills", oomKills);
            faults.notNegative("memoryLimitHits", memoryLimitHits);
            faults.notNegative("processesRefused", processesRefused);
            faults.present("lastOomKill", lastOomKill);
            faults.present("volume", volume);
            faults.throwIfAny();
        }

        /** Without a volume cap. */
        public Pressure(long oomKills, long memoryLimitHits, long processesRefused, Optional<OomKill> lastOomKill) {
            this(oomKills, memoryLimitHits, processesRefused, lastOomKill, Optional.empty());
        }

        public Pressure withVolume(Optional<Volume> changed) {
            return new Pressure(oomKills, memoryLimitHits, processesRefused, lastOomKill, changed);
        }
    }

    /**
     * What passed since the window of the volume cap began.
     *
     * @param sinceMillis when that was, UTC
     * @param slowed whether it is held to the floor rate
     */
    public record Volume(long sinceMillis, long bytes, boolean slowed) {
        public Volume {
            Faults faults = new Faults("volume");
            faults.notNegative("sinceMillis", sinceMillis);
            faults.notNegative("bytes", bytes);
            faults.throwIfAny();
        }
    }

    /**
     * @param utcMillis when, as far as the kernel's log says
     * @param process name of the killed process, at most 15 characters as the kernel keeps it
     * @param pid as the host counts
     */
    public record OomKill(long utcMillis, String process, long pid) {
        public OomKill {
            Faults faults = new Faults("OOM kill");
            faults.positive("utcMillis", utcMillis);
            faults.text("process", process, 64);
            faults.positive("pid", pid);
            faults.throwIfAny();
        }
    }
}
