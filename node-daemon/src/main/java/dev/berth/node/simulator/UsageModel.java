package dev.berth.node.simulator;

import dev.berth.node.host.KernelCounters;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/** How much an invented context uses: a function of the seed, its id and the time it ran, and of nothing else. */
final class UsageModel {
    private final long seed;

    UsageModel(long seed) {
        this.seed = seed;
    }

    KernelCounters counters(SimulatedContext context, long ranMillis) {
        long character = number(context.contextId());
        // Between 2 % and 30 % of its ceiling: some save up tokens, some do not.
        long cpuPercent = 2 + character % 29;
        long memoryPercent = 10 + character % 40;
        long wave = (ranMillis / 5_000 + character) % 16;
        long cpuUsec = ranMillis * context.size().ceilingMilli() * cpuPercent / 100_000 * 1_000;
        long diskBytes = Math.min(context.size().diskBytes(), (64L << 20) + ranMillis * (1 + character % 7));
        long running = context.running() ? 1 : 0;
        return new KernelCounters(
                cpuUsec,
                cpuUsec / 50,
                running * context.size().memoryBytes() * (memoryPercent + wave) / 100,
                context.parts().storage() ? diskBytes : 0,
                running * (12 + character % 20),
                ranMillis * (3 + character % 11),
                ranMillis * (5 + character % 23),
                ranMillis * (1 + character % 5),
                ranMillis * (2 + character % 9),
                ranMillis * (1 + character % 3),
                ranMillis * (1 + character % 5));
    }

    String fingerprint(String contextId) {
        byte[] bytes = new byte[32];
        long value = number(contextId);
        for (int i = 0; i < bytes.length; i++) {
            value = value * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            bytes[i] = (byte) (value >>> 56);
        }
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    private long number(String contextId) {
        CRC32 crc = new CRC32();
        crc.update((seed + contextId).getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
