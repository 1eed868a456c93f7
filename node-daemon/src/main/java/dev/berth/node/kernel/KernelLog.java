package dev.berth.node.kernel;

import dev.berth.contract.Observed.OomKill;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Reads which processes the kernel killed for want of memory: cgroups count kills but do not name who was killed, the kernel's
 * log does ({@code oom-kill:…,task_memcg=…,task=…,pid=…} since Linux 4.20). It is read from its beginning, so kills from before
 * the daemon's start are known too, as far back as the log's ring goes. Where it cannot be read, names stay unknown.
 */
final class KernelLog {
    private static final Logger LOG = Logger.getLogger(KernelLog.class);
    private static final Path DEVICE = Path.of("/dev/kmsg");
    private static final Path STAT = Path.of("/proc/stat");

    /** The longest record the kernel gives out (CONSOLE_EXT_LOG_MAX). */
    private static final int RECORD_BYTES = 8192;

    private static final int MOST_CONTEXTS = 10_000;
    private static final int MOST_FAILURES = 100;

    private final Pattern kill;
    private final Map<String, Kills> byContext = new ConcurrentHashMap<>();
    private boolean started;

    /** @param count since the log's beginning */
    record Kills(long count, Optional<OomKill> last) {
        static final Kills NONE = new Kills(0, Optional.empty());

        Kills plus(OomKill next) {
            return new Kills(count + 1, Optional.of(next));
        }
    }

    KernelLog(String cgroupRoot) {
        // priority, sequence and microseconds since boot, flags; then the text
        kill = Pattern.compile("^\\d+,\\d+,(\\d+),[^;]*;oom-kill:.*task_memcg=/" + Pattern.quote(cgroupRoot)
                + "/([0-9a-f-]{36})[/,].*?task=(.{1,15}),pid=(\\d+),");
    }

    /** Begins to listen, once. */
    synchronized void start() {
        if (!started) {
            started = true;
            Thread.ofPlatform().daemon().name("kernel-log").start(this::listen);
        }
    }

    Kills kills(String contextId) {
        return byContext.getOrDefault(contextId, Kills.NONE);
    }

    private void listen() {
        byte[] record = new byte[RECORD_BYTES];
        try (InputStream device = new FileInputStream(DEVICE.toFile())) {
            for (int failures = 0; failures < MOST_FAILURES; ) {
                int length = read(device, record);
                failures = length < 0 ? failures + 1 : 0;
                String text = new String(record, 0, Math.max(0, length), StandardCharsets.UTF_8);
                if (text.contains(";oom-kill:")) {
                    take(text, bootMillis());
                }
            }
        } catch (IOException e) {
            LOG.warnf(
                    "the kernel's log cannot be read, who is killed for want of memory stays unknown: %s",
                    e.getMessage());
        }
    }

    /** The kernel says EPIPE when records were overwritten before they were read, and goes on with the oldest it has. */
    private static int read(InputStream device, byte[] record) {
        try {
            return device.read(record);
        } catch (IOException e) {
            return -1;
        }
    }

    /** @param bootMillis when the kernel's clock began */
    void take(String record, long bootMillis) {
        Matcher found = kill.matcher(record);
        if (found.find() && (byContext.size() < MOST_CONTEXTS || byContext.containsKey(found.group(2)))) {
            long at = bootMillis + Long.parseLong(found.group(1)) / 1_000;
            OomKill next = new OomKill(Math.max(1, at), found.group(3), Long.parseLong(found.group(4)));
            byContext.merge(found.group(2), Kills.NONE.plus(next), (before, _) -> before.plus(next));
        }
    }

    private static long bootMillis() {
        return FlatKeys.value(Optional.of(Directories.read(STAT)), "btime") * 1_000;
    }
}
