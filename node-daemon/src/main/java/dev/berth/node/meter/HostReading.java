package dev.berth.node.meter;

import dev.berth.contract.Readings;
import dev.berth.contract.Readings.Counters;
import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import dev.berth.node.host.HostTotals;
import dev.berth.node.time.Clock;
import java.math.BigInteger;
import java.util.Optional;

/** The journal's record of what all contexts used together: the portal compares the sum of their own readings with it. */
final class HostReading {
    private HostReading() {}

    /** Its epoch is the boot: the counters begin anew with it, and nothing else starts them. */
    static Reading of(HostTotals totals, String bootId, Clock clock) {
        return new Reading(
                Kind.SAMPLE,
                Readings.HOST,
                0,
                bootId,
                0,
                Math.max(1, clock.utcMillis()),
                clock.monotonicNanos(),
                true,
                new Counters(
                        totals.cpuUsec(),
                        0,
                        BigInteger.ZERO,
                        BigInteger.ZERO,
                        totals.netTxBytes(),
                        totals.netRxBytes(),
                        0,
                        0,
                        0,
                        0,
                        0),
                Optional.empty());
    }
}
