package dev.berth.tools;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What was seen of one context from outside, look by look, and between which bounds each of its meters must therefore be. Times
 * are milliseconds of the monotonic clock, gauges are summed as byte-milliseconds.
 */
final class Sight {
    /** The bound that is promised: so much may be missing after something was killed. */
    private static final long INTERVAL_MILLIS = 1_000L * Tests.READING_SECONDS;

    /** What berthd needs after it answers again until it has looked at every context. */
    private static final long RETURN_MILLIS = 3_000;

    /** How old berthd's last look may be when it is killed: a quarter of the interval, with room for a busy machine. */
    private static final long LOOK_MILLIS = 4 * INTERVAL_MILLIS / 10;

    /** What a context needs to start, and to shut down. */
    private static final long CHANGE_MILLIS = 2_000;

    private static final long MILLIS = 1_000;
    /** Packets of a context that shuts down, after the last look at its counters. */
    private static final long LAST_PACKETS_BYTES = 64 << 10;

    private static final int CPUS = Runtime.getRuntime().availableProcessors();

    private final Counter cpuMicros = new Counter();
    private final Counter sentBytes = new Counter();
    private final Counter receivedBytes = new Counter();
    private final Sum memory = new Sum();
    private final Sum disk = new Sum();
    private final Sum running = new Sum();
    private final Sum existing = new Sum();
    private Look last = Look.NOTHING;
    private long runs;
    private long runSinceMillis;
    private long awaySinceMillis;
    private long answeringSinceMillis;
    private long lastMillis;
    private long goneMillis;
    private long longestGapMillis;

    /**
     * One look. Gauges are 0 where there is nothing.
     *
     * @param stored whether its files are there
     * @param init its process 1, 0 when it does not run
     * @param cpuMicros empty without a control group
     */
    record Look(boolean stored, long init, OptionalLong cpuMicros, long memoryBytes, long diskBytes) {
        static final Look NOTHING = new Look(false, 0, OptionalLong.empty(), 0, 0);

        boolean nothing() {
            return !stored && init == 0 && cpuMicros.isEmpty();
        }
    }

    /** Inclusive. */
    record Range(long low, long high) {
        boolean holds(long value) {
            return value >= low && value <= high;
        }
    }

    /** A counter of the kernel that may begin anew. */
    private static final class Counter {
        private long before;
        private long now;

        void see(long value) {
            if (value < now) {
                before += now;
            }
            now = value;
        }

        long total() {
            return before + now;
        }
    }

    /** A gauge over time: at least and at most so much, going by what it was at both ends of each stretch. */
    private static final class Sum {
        private long low;
        private long high;
        private long highest;
        private long unsure;

        void add(long first, long second, long millis) {
            low += Math.min(first, second) * millis;
            high += Math.max(first, second) * millis;
            highest = Math.max(highest, Math.max(first, second));
        }

        /** The same while berthd was away: whether it can know of this, shows when it is back. */
        void addUnsure(long first, long second, long millis) {
            long before = low;
            add(first, second, millis);
            unsure += low - before;
            low = before;
        }

        void back(boolean known) {
            low += known ? unsure : 0;
            unsure = 0;
        }

        Range within(long slackMillis, long moreMillis) {
            return new Range(
                    Math.floorDiv(low - highest * slackMillis, MILLIS),
                    Math.ceilDiv(high + highest * moreMillis, MILLIS));
        }
    }

    /** @param away whether berthd does not answer */
    void see(Look look, long nowMillis, boolean away) {
        long millis = lastMillis == 0 ? 0 : nowMillis - lastMillis;
        boolean sameRun = look.init() != 0 && look.init() == last.init();
        look.cpuMicros().ifPresent(cpuMicros::see);
        runSinceMillis = sameRun ? runSinceMillis : nowMillis;
        runs += look.init() != 0 && !sameRun ? 1 : 0;
        gauges(look, nowMillis, away);
        existing.add(last.stored() ? 1 : 0, look.stored() ? 1 : 0, millis);
        running.add(sameRun ? 1 : 0, look.init() != 0 || last.init() != 0 ? 1 : 0, millis);
        if (look.cpuMicros().isPresent() || last.cpuMicros().isPresent()) {
            longestGapMillis = Math.max(longestGapMillis, millis);
        }
        if (look.nothing() && !last.nothing()) {
            goneMillis = nowMillis;
        }
        last = look;
        lastMillis = nowMillis;
    }

    /** Gauges change by themselves: through a long absence, or one that began with a run, berthd counts none. */
    private void gauges(Look look, long nowMillis, boolean away) {
        long millis = lastMillis == 0 ? 0 : nowMillis - lastMillis;
        answeringSinceMillis = away ? nowMillis : answeringSinceMillis;
        if (nowMillis - answeringSinceMillis < RETURN_MILLIS && answeringSinceMillis > 0) {
            awaySinceMillis = awaySinceMillis == 0 ? lastMillis : awaySinceMillis;
            memory.addUnsure(last.memoryBytes(), look.memoryBytes(), millis);
            disk.addUnsure(last.diskBytes(), look.diskBytes(), millis);
            return;
        }
        if (awaySinceMillis > 0) {
            boolean brief = nowMillis - awaySinceMillis <= INTERVAL_MILLIS - LOOK_MILLIS;
            disk.back(brief);
            memory.back(brief && runSinceMillis < awaySinceMillis - LOOK_MILLIS);
            awaySinceMillis = 0;
        }
        memory.add(last.memoryBytes(), look.memoryBytes(), millis);
        disk.add(last.diskBytes(), look.diskBytes(), millis);
    }

    void network(long sent, long received) {
        sentBytes.see(sent);
        receivedBytes.see(received);
    }

    boolean here() {
        return !last.nothing();
    }

    boolean runs() {
        return last.init() != 0;
    }

    /** By column of the portal's readings: between which bounds the last reading must be. */
    Map<String, Range> ranges() {
        Map<String, Range> ranges = new LinkedHashMap<>();
        // nothing a counter counted is lost; what it counted after the last look at it cannot be known
        ranges.put("cpu_usec", exact(cpuMicros, CPUS * MILLIS * longestGapMillis));
        ranges.put("net_tx_bytes", exact(sentBytes, LAST_PACKETS_BYTES));
        ranges.put("net_rx_bytes", exact(receivedBytes, LAST_PACKETS_BYTES));
        // while it starts and while it shuts down, a context is not said to run yet, or any more
        long missing = INTERVAL_MILLIS + runs * CHANGE_MILLIS;
        ranges.put("uptime_seconds", running.within(missing, MILLIS));
        ranges.put("address_seconds", existing.within(INTERVAL_MILLIS, MILLIS));
        ranges.put("memory_byte_seconds", memory.within(missing, INTERVAL_MILLIS));
        ranges.put("disk_byte_seconds", disk.within(INTERVAL_MILLIS, INTERVAL_MILLIS));
        return ranges;
    }

    private static Range exact(Counter counter, long more) {
        return new Range(counter.total(), counter.total() + more);
    }

    /** What was seen of a meter, for the log: the middle of what it can have been. */
    Map<String, Long> seen() {
        Map<String, Long> seen = new LinkedHashMap<>();
        seen.put("cpu_usec", cpuMicros.total());
        seen.put("net_tx_bytes", sentBytes.total());
        seen.put("net_rx_bytes", receivedBytes.total());
        seen.put("uptime_seconds", (running.low + running.high) / 2 / MILLIS);
        seen.put("address_seconds", (existing.low + existing.high) / 2 / MILLIS);
        seen.put("memory_byte_seconds", (memory.low + memory.high) / 2 / MILLIS);
        seen.put("disk_byte_seconds", (disk.low + disk.high) / 2 / MILLIS);
        return seen;
    }

    @Override
    public String toString() {
        return "gone at %d ms, longest gap %d ms".formatted(goneMillis, longestGapMillis);
    }
}
