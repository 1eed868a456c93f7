package dev.berth.node.meter;

import dev.berth.contract.Readings.Kind;
import dev.berth.contract.Readings.Reading;
import java.util.Optional;

/** The meter of one context in memory. Whoever uses it holds its monitor. */
final class Meter {
    final String contextId;
    private volatile MeterState state;
    private long generation;
    private boolean resumed;
    private boolean ended;

    /** @param resumed false where it comes from disk: what happened since is not known before {@link #resume} */
    Meter(String contextId, MeterState state, boolean resumed) {
        this.contextId = contextId;
        this.state = state;
        this.resumed = resumed;
    }

    MeterState state() {
        return state;
    }

    void state(MeterState next) {
        state = next;
    }

    boolean resumed() {
        return resumed;
    }

    void generation(long applied) {
        generation = applied;
    }

    boolean ended() {
        return ended;
    }

    void end() {
        ended = true;
    }

    /**
     * Goes on after the daemon was away. What surely went on is counted: addresses, the run if it is the same one, and else
     * the run that there is now from when its init began. What changes by itself (memory, disk) is counted by the smaller of its two ends, and only over a short time.
     */
    void resume(Snapshot now, long initStartNanos, long intervalMillis) {
        boolean sameBoot = state.bootId().equals(now.bootId());
        boolean sameRun = sameBoot && initStartNanos > 0 && initStartNanos <= state.monotonicNanos();
        boolean brief = now.utcMillis() - state.utcMillis() <= intervalMillis;
        MeterState before = state.withRunning(state.running() && sameRun);
        state = (brief ? before : before.withoutGauges()).advanced(now);
        if (!sameRun && initStartNanos > 0) {
            state = state.ran(Math.max(0, now.monotonicNanos() - initStartNanos));
        }
        resumed = true;
    }

    Reading reading(Kind kind, Snapshot now, CpuBank bank, Optional<String> gapReason) {
        // CLOSE and GAP belong to the epoch that was, which may have ended with the host's last boot.
        boolean ofEpoch = kind == Kind.CLOSE || kind == Kind.GAP;
        return new Reading(
                kind,
                contextId,
                generation,
                ofEpoch ? state.epoch().bootId() : state.bootId(),
                state.epoch().startNo(),
                now.utcMillis(),
                ofEpoch ? state.epoch().monotonicNanos() : state.monotonicNanos(),
                state.running(),
                state.counters(bank),
                gapReason);
    }
}
