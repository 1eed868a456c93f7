package dev.berth.node.meter;

import dev.berth.contract.Readings.Counters;
import dev.berth.node.host.KernelCounters;

/**
 * The meter of one context: absolute counters since its creation on this node, made from kernel counters that begin anew
 * with a boot or a cgroup. What a counter had reached before it began anew is in {@code offset}.
 *
 * <p>Integrals count time that was seen: from one look to the next, with the smaller or older value, so never too much.
 * Time in which the host was down is not counted.
 *
 * @param bootId boot in which {@code raw} and {@code monotonicNanos} count
 * @param monotonicNanos when it was last looked at
 * @param utcMillis the same on the wall's clock
 * @param running whether it ran then
 * @param raw what the kernel said then
 * @param offset added to {@code raw}; its gauges are 0
 * @param addresses how many it holds
 * @param epoch of its readings
 * @param readingUtcMillis when the last reading was taken, 0 before the first
 */
public record MeterState(
        String bootId,
        long monotonicNanos,
        long utcMillis,
        boolean running,
        KernelCounters raw,
        KernelCounters offset,
        Integral memory,
        Integral disk,
        Integral address,
        Integral uptime,
        int addresses,
        Epoch epoch,
        long readingUtcMillis) {
    static final KernelCounters NOTHING = new KernelCounters(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /**
     * @param open whether a CLOSE is still due
     * @param monotonicNanos last look within {@code bootId}
     */
    public record Epoch(String bootId, long startNo, boolean open, long monotonicNanos) {}

    static MeterState created(Snapshot now, int addresses) {
        // What the counters show already belongs to the context: its cgroup was made for it.
        return new MeterState(
                now.bootId(),
                now.monotonicNanos(),
                now.utcMillis(),
                false,
                now.raw().orElse(NOTHING),
                NOTHING,
                Integral.ZERO,
                Integral.ZERO,
                Integral.ZERO,
                Integral.ZERO,
                addresses,
                new Epoch(now.bootId(), 0, false, now.monotonicNanos()),
                0);
    }

    /** Goes on to another moment. */
    MeterState advanced(Snapshot now) {
        boolean sameBoot = now.bootId().equals(bootId);
        long nanos = sameBoot ? Math.max(0, now.monotonicNanos() - monotonicNanos) : 0;
        KernelCounters next = now.raw().orElseGet(() -> unseen(raw, sameBoot));
        boolean ran = running && sameBoot && next.processes() > 0;
        return new MeterState(
                now.bootId(),
                now.monotonicNanos(),
                now.utcMillis(),
                running && sameBoot,
                next,
                offset(next, !sameBoot),
                memory.plus(ran ? Math.min(raw.memoryBytes(), next.memoryBytes()) : 0, nanos),
                disk.plus(Math.min(raw.diskBytes(), next.diskBytes()), nanos),
                address.plus(addresses, nanos),
                uptime.plus(ran ? 1 : 0, nanos),
                addresses,
                sameBoot && epoch.bootId().equals(bootId) ? epochSeen(now.monotonicNanos()) : epoch,
                readingUtcMillis);
    }

    /** Forgets memory and disk, so that the time up to the next look counts none. */
    MeterState withoutGauges() {
        KernelCounters r = raw;
        return withRaw(new KernelCounters(
                r.cpuUsec(),
                r.cpuThrottledUsec(),
                0,
                0,
                r.processes(),
                r.netTxBytes(),
                r.netRxBytes(),
                r.ioReadBytes(),
                r.ioWriteBytes()));
    }

    MeterState withRunning(boolean now) {
        return new MeterState(
                bootId,
                monotonicNanos,
                utcMillis,
                now,
                raw,
                offset,
                memory,
                disk,
                address,
                uptime,
                addresses,
                epoch,
                readingUtcMillis);
    }

    MeterState withAddresses(int count) {
        return new MeterState(
                bootId,
                monotonicNanos,
                utcMillis,
                running,
                raw,
                offset,
                memory,
                disk,
                address,
                uptime,
                count,
                epoch,
                readingUtcMillis);
    }

    MeterState opened() {
        return withEpoch(new Epoch(bootId, epoch.startNo() + 1, true, monotonicNanos));
    }

    MeterState closed() {
        return withEpoch(new Epoch(bootId, epoch.startNo(), false, monotonicNanos));
    }

    MeterState read(long utc) {
        return new MeterState(
                bootId,
                monotonicNanos,
                utcMillis,
                running,
                raw,
                offset,
                memory,
                disk,
                address,
                uptime,
                addresses,
                epoch,
                utc);
    }

    Counters counters(long cpuTokens) {
        return new Counters(
                raw.cpuUsec() + offset.cpuUsec(),
                raw.cpuThrottledUsec() + offset.cpuThrottledUsec(),
                memory.whole(),
                disk.whole(),
                raw.netTxBytes() + offset.netTxBytes(),
                raw.netRxBytes() + offset.netRxBytes(),
                raw.ioReadBytes() + offset.ioReadBytes(),
                raw.ioWriteBytes() + offset.ioWriteBytes(),
                address.whole().longValueExact(),
                uptime.whole().longValueExact(),
                cpuTokens);
    }

    private MeterState withRaw(KernelCounters counters) {
        return new MeterState(
                bootId,
                monotonicNanos,
                utcMillis,
                running,
                counters,
                offset,
                memory,
                disk,
                address,
                uptime,
                addresses,
                epoch,
                readingUtcMillis);
    }

    private MeterState withEpoch(Epoch next) {
        return new MeterState(
                bootId,
                monotonicNanos,
                utcMillis,
                running,
                raw,
                offset,
                memory,
                disk,
                address,
                uptime,
                addresses,
                next,
                readingUtcMillis);
    }

    private Epoch epochSeen(long nanos) {
        return new Epoch(epoch.bootId(), epoch.startNo(), epoch.open(), nanos);
    }

    /** A counter that went back began anew; after a boot all did, even one that is already past where it was. */
    private KernelCounters offset(KernelCounters next, boolean anew) {
        return new KernelCounters(
                grown(offset.cpuUsec(), raw.cpuUsec(), next.cpuUsec(), anew),
                grown(offset.cpuThrottledUsec(), raw.cpuThrottledUsec(), next.cpuThrottledUsec(), anew),
                0,
                0,
                0,
                grown(offset.netTxBytes(), raw.netTxBytes(), next.netTxBytes(), anew),
                grown(offset.netRxBytes(), raw.netRxBytes(), next.netRxBytes(), anew),
                grown(offset.ioReadBytes(), raw.ioReadBytes(), next.ioReadBytes(), anew),
                grown(offset.ioWriteBytes(), raw.ioWriteBytes(), next.ioWriteBytes(), anew));
    }

    private static long grown(long offset, long last, long next, boolean anew) {
        return anew || next < last ? offset + last : offset;
    }

    /** Without a cgroup nothing runs. The counters stay where they were: should they be back as they were, nothing counts twice. */
    private static KernelCounters unseen(KernelCounters last, boolean sameBoot) {
        return sameBoot
                ? new KernelCounters(
                        last.cpuUsec(),
                        last.cpuThrottledUsec(),
                        0,
                        last.diskBytes(),
                        0,
                        last.netTxBytes(),
                        last.netRxBytes(),
                        last.ioReadBytes(),
                        last.ioWriteBytes())
                : new KernelCounters(0, 0, 0, last.diskBytes(), 0, 0, 0, 0, 0);
    }
}
