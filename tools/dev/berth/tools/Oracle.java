package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Reads the kernel's own CPU counters of contexts a few times a second, and knows nothing of berthd's journal. */
final class Oracle {
    private static final long INTERVAL_MILLIS = 100;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_MILLI = 1_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Path root;
    private final boolean unified;
    private final Map<String, Long> seenMicros = new TreeMap<>();

    Oracle(Settings settings) {
        unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
        root = Path.of(unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpuacct").resolve(settings.cgroupRoot());
    }

    void watch(AtomicBoolean over) {
        while (!over.get() && Waits.pause(INTERVAL_MILLIS)) {
            look();
        }
    }

    private synchronized void look() {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> groups = Files.list(root)) {
            groups.filter(Files::isDirectory)
                    .forEach(group -> usage(group)
                            .ifPresent(micros ->
                                    seenMicros.merge(group.getFileName().toString(), micros, Math::max)));
        } catch (IOException | UncheckedIOException e) {
            // a group that went away while it was listed: the next look sees the rest
        }
    }

    private Optional<Long> usage(Path group) {
        try {
            if (!unified) {
                return Optional.of(Long.parseLong(
                                Files.readString(group.resolve("cpuacct.usage")).strip())
                        / NANOS_PER_MICRO);
            }
            return Files.readAllLines(group.resolve("cpu.stat")).stream()
                    .filter(line -> line.startsWith("usage_usec "))
                    .map(line -> Long.parseLong(line.substring("usage_usec ".length())))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The sums, for the log of a run. */
    synchronized String summary(Sql sql) throws IOException {
        Map<String, Sql.Metered> metered = sql.metered();
        long billed = seenMicros.keySet().stream()
                .mapToLong(context ->
                        metered.getOrDefault(context, new Sql.Metered(0, 0)).cpuMicros())
                .sum();
        long seen = seenMicros.values().stream().mapToLong(Long::longValue).sum();
        return "%d contexts, %d ms of CPU metered, %d ms seen in the kernel"
                .formatted(seenMicros.size(), billed / MICROS_PER_MILLI, seen / MICROS_PER_MILLI);
    }

    /** What was metered may exceed what was seen by what happens between two looks, and fall short by one sampling interval. */
    synchronized Optional<String> compare(Sql sql) throws IOException {
        long ceilingMicrosPerSecond = MICROS_PER_SECOND;
        long above = ceilingMicrosPerSecond / 2;
        long below = ceilingMicrosPerSecond * Tests.READING_SECONDS;
        Map<String, Sql.Metered> metered = sql.metered();
        List<String> faults = new ArrayList<>();
        seenMicros.forEach((context, seen) -> {
            Sql.Metered billed = metered.get(context);
            if (billed == null) {
                faults.add("%s was seen and never metered".formatted(context));
            } else if (billed.cpuMicros() > seen + above || billed.cpuMicros() < seen - below) {
                faults.add("%s metered %d us, seen %d us".formatted(context, billed.cpuMicros(), seen));
            }
        });
        if (seenMicros.isEmpty()) {
            faults.add("no context was ever seen");
        }
        return faults.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", faults));
    }
}
