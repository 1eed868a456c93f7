package dev.berth.node.meter;

import dev.berth.contract.Departure;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Local;
import dev.berth.node.cpu.Drawn;
import dev.berth.node.host.KernelCounters;
import java.math.BigInteger;
import java.util.Optional;

/**
 * The meter of one context: absolute counters since its creation on this node, made from kernel counters that begin anew
 * with a boot or a cgroup. What a counter had reached before it began anew is in {@code offset}.
 *
 * <p>Integrals count time that was seen: from one look to the next, with the smaller or older value, so never too much.
 * Time in which the host was down is not counted.
 *
 * @param look when it was last looked at, and whether it ran then
 * @param raw what the kernel said then
 * @param offset added to {@code raw}; its gauges are 0
 * @param sums integrals up to that look
 * @param addresses how many it holds
 * @param snapshotBytes what its snapshots take up
 * @param epoch of its readings
 * @param readingUtcMillis when the last reading was taken, 0 before the first
 */
public record MeterState(
        Look look,
        KernelCounters raw,
        KernelCounters offset,
        Sums sums,
        int addresses,
        long snapshotBytes,
        Epoch epoch,
        long readingUtcMillis) {
    static final KernelCounters NOTHING = new KernelCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /**
     * A moment at which a context was looked at.
     *
     * @param bootId boot in which kernel counters and {@code monotonicNanos} count
     * @param utcMillis the same moment on the wall's clock
     */
    public record Look(String bootId, long monotonicNanos, long utcMillis, boolean running) {
        static Look at(Snapshot now, boolean running) {
            return new Look(now.bootId(), now.monotonicNanos(), now.utcMillis(), running);
        }
    }

    /**
     * Quantities times the time they were held.
     *
     * @param snapshots empty until there was one
     */
    public record Sums(
            Integral memory, Integral disk, Integral address, Integral uptime, Optional<Integral> snapshots) {
        static final Sums ZERO = new Sums(Integral.ZERO, Integral.ZERO, Integral.ZERO, Integral.ZERO, Optional.empty());
    }

    /**
     * @param open whether a CLOSE is still due
     * @param monotonicNanos last look within {@code bootId}
     */
    public record Epoch(String bootId, long startNo, boolean open, long monotonicNanos) {
        private Epoch seen(long nanos) {
            return new Epoch(bootId, startNo, open, nanos);
        }
    }

    static MeterState created(Snapshot now, int addresses) {
        // What the counters show already belongs to the context: its cgroup was made for it.
        return new MeterState(
                Look.at(now, false),
                now.raw().orElse(NOTHING),
                NOTHING,
                Sums.ZERO,
                addresses,
                0,
                new Epoch(now.bootId(), 0, false, now.monotonicNanos()),
                0);
    }

    /** Of a context that comes with counters: what the kernel shows here by now is none of its use. */
    static MeterState arrived(Snapshot now, int addresses, Departure.Carried carried) {
        KernelCounters raw = now.raw().orElse(NOTHING);
        Counters all = carried.counters();
        return new MeterState(
                Look.at(now, false),
                raw,
                new KernelCounters(
                        all.cpuUsec() - raw.cpuUsec(),
                        all.cpuThrottledUsec() - raw.cpuThrottledUsec(),
                        0,
                        0,
                        0,
                        all.netTxBytes() - raw.netTxBytes(),
                        all.netRxBytes() - raw.netRxBytes(),
                        all.ioReadBytes() - raw.ioReadBytes(),
                        all.ioWriteBytes() - raw.ioWriteBytes(),
                        all.local().map(Local::txBytes).orElse(0L) - raw.localTxBytes(),
                        all.local().map(Local::rxBytes).orElse(0L) - raw.localRxBytes()),
                new Sums(
                        new Integral(all.memoryByteSeconds(), 0),
                        new Integral(all.diskByteSeconds(), 0),
                        new Integral(BigInteger.valueOf(all.addressSeconds()), 0),
                        new Integral(BigInteger.valueOf(all.uptimeSeconds()), 0),
                        all.snapshotByteSeconds().map(sum -> new Integral(sum, 0))),
                addresses,
                0,
                new Epoch(now.bootId(), carried.startNo(), false, now.monotonicNanos()),
                0);
    }

    /** Goes on to another moment. */
    MeterState advanced(Snapshot now) {
        boolean sameBoot = now.bootId().equals(bootId());
        long nanos = sameBoot ? Math.max(0, now.monotonicNanos() - monotonicNanos()) : 0;
        KernelCounters next = now.raw().orElseGet(() -> unseen(raw, sameBoot));
        boolean ran = running() && sameBoot && next.processes() > 0;
        boolean inEpoch = sameBoot && epoch.bootId().equals(bootId());
        return new MeterState(
                Look.at(now, running() && sameBoot),
                next,
                offset(next, !sameBoot),
                grown(next, nanos, ran),
                addresses,
                snapshotBytes,
                inEpoch ? epoch.seen(now.monotonicNanos()) : epoch,
                readingUtcMillis);
    }

    private Sums grown(KernelCounters next, long nanos, boolean ran) {
        return new Sums(
                sums.memory().plus(ran ? Math.min(raw.memoryBytes(), next.memoryBytes()) : 0, nanos),
                sums.disk().plus(Math.min(raw.diskBytes(), next.diskBytes()), nanos),
                sums.address().plus(addresses, nanos),
                sums.uptime().plus(ran ? 1 : 0, nanos),
                snapshotBytes == 0
                        ? sums.snapshots()
                        : Optional.of(sums.snapshots().orElse(Integral.ZERO).plus(snapshotBytes, nanos)));
    }

    /** Forgets memory and disk, so that the time up to the next look counts none. */
    MeterState withoutGauges() {
        return new MeterState(
                look,
                raw.withGauges(0, 0, raw.processes()),
                offset,
                sums,
                addresses,
                snapshotBytes,
                epoch,
                readingUtcMillis);
    }

    MeterState withRunning(boolean now) {
        Look changed = new Look(bootId(), monotonicNanos(), utcMillis(), now);
        return new MeterState(changed, raw, offset, sums, addresses, snapshotBytes, epoch, readingUtcMillis);
    }

    /** Adds time in which it ran unseen. */
    MeterState ran(long nanos) {
        Sums more = new Sums(
                sums.memory(), sums.disk(), sums.address(), sums.uptime().plus(1, nanos), sums.snapshots());
        return new MeterState(look, raw, offset, more, addresses, snapshotBytes, epoch, readingUtcMillis);
    }

    MeterState withAddresses(int count) {
        return new MeterState(look, raw, offset, sums, count, snapshotBytes, epoch, readingUtcMillis);
    }

    MeterState withSnapshots(long bytes) {
        return new MeterState(look, raw, offset, sums, addresses, bytes, epoch, readingUtcMillis);
    }

    MeterState opened() {
        return withEpoch(new Epoch(bootId(), epoch.startNo() + 1, true, monotonicNanos()));
    }

    MeterState closed() {
        return withEpoch(new Epoch(bootId(), epoch.startNo(), false, monotonicNanos()));
    }

    MeterState read(long utc) {
        return new MeterState(look, raw, offset, sums, addresses, snapshotBytes, epoch, utc);
    }

    private MeterState withEpoch(Epoch next) {
        return new MeterState(look, raw, offset, sums, addresses, snapshotBytes, next, readingUtcMillis);
    }

    String bootId() {
        return look.bootId();
    }

    long monotonicNanos() {
        return look.monotonicNanos();
    }

    long utcMillis() {
        return look.utcMillis();
    }

    boolean running() {
        return look.running();
    }

    /** Without what was bought. */
    Counters counters(long cpuTokens) {
        return counters(new CpuBank(cpuTokens, Drawn.NOTHING));
    }

    Counters counters(CpuBank bank) {
        return new Counters(
                raw.cpuUsec() + offset.cpuUsec(),
                raw.cpuThrottledUsec() + offset.cpuThrottledUsec(),
                sums.memory().whole(),
                sums.disk().whole(),
                raw.netTxBytes() + offset.netTxBytes(),
                raw.netRxBytes() + offset.netRxBytes(),
                raw.ioReadBytes() + offset.ioReadBytes(),
                raw.ioWriteBytes() + offset.ioWriteBytes(),
                sums.address().whole().longValueExact(),
                sums.uptime().whole().longValueExact(),
                bank.tokens(),
                sums.snapshots().map(Integral::whole),
                Optional.of(local()),
                bank.bought());
    }

    /** Never more than the whole, even where somebody took one of the counters away. */
    private Local local() {
        return new Local(
                Math.clamp(raw.localTxBytes() + offset.localTxBytes(), 0, raw.netTxBytes() + offset.netTxBytes()),
                Math.clamp(raw.localRxBytes() + offset.localRxBytes(), 0, raw.netRxBytes() + offset.netRxBytes()));
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
                grown(offset.ioWriteBytes(), raw.ioWriteBytes(), next.ioWriteBytes(), anew),
                grown(offset.localTxBytes(), raw.localTxBytes(), next.localTxBytes(), anew),
                grown(offset.localRxBytes(), raw.localRxBytes(), next.localRxBytes(), anew));
    }

    private static long grown(long offset, long last, long next, boolean anew) {
        return anew || next < last ? offset + last : offset;
    }

    /** Without a cgroup nothing runs. The counters stay where they were: should they be back as they were, nothing counts twice. */
    private static KernelCounters unseen(KernelCounters last, boolean sameBoot) {
        return (sameBoot ? last : NOTHING).withGauges(0, last.diskBytes(), 0);
    }
}
