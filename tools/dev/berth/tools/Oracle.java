package dev.berth.tools;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Watches all contexts of an instance by what the kernel shows of them: control groups, packet counters, quota groups, processes. It
 * knows nothing of berthd's journal, and goes on while berthd is dead.
 */
final class Oracle {
    private static final long INTERVAL_MILLIS = 100;
    private static final int LOOKS_PER_NETWORK = 5;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int SEVERAL = 2;
    private static final Pattern CONTEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** How the portal calls the meters whose counters are in these columns of its readings. */
    private static final Map<String, String> METERS = new TreeMap<>(Map.of(
            "cpu_usec", "CPU_TIME",
            "net_tx_bytes", "NETWORK_BYTES_SENT",
            "net_rx_bytes", "NETWORK_BYTES_RECEIVED",
            "uptime_seconds", "RUNNING_VM",
            "address_seconds", "IP_ADDRESS",
            "memory_byte_seconds", "MEMORY",
            "disk_byte_seconds", "VOLUME"));

    private final Settings settings;
    private final NodeDaemon node;
    private final Groups groups;
    private final Path stored;
    private final Map<String, Sight> sights = new TreeMap<>();
    private final Map<String, Path> quotas = new TreeMap<>();
    private long looks;
    private long looksAtSeveral;

    Oracle(Instance instance) {
        settings = instance.settings;
        node = instance.node;
        groups = new Groups(settings.cgroupRoot());
        stored = settings.node().resolve("store/contexts");
    }

    void watch(AtomicBoolean over) {
        for (int i = 0; !over.get() && Waits.pause(INTERVAL_MILLIS); i++) {
            look(i % LOOKS_PER_NETWORK == 0);
        }
    }

    private synchronized void look(boolean network) {
        boolean away = !node.ready();
        Set<String> ids = new TreeSet<>(sights.keySet());
        ids.addAll(contexts(groups.root()));
        ids.addAll(contexts(stored));
        for (String id : ids) {
            Sight.Look look = look(id);
            sights.computeIfAbsent(id, any -> new Sight()).see(look, System.nanoTime() / NANOS_PER_MILLI, away);
        }
        if (network) {
            packets();
        }
        looks++;
        looksAtSeveral += sights.values().stream().filter(Sight::here).count() >= SEVERAL ? 1 : 0;
    }

    private static List<String> contexts(Path directory) {
        return Groups.names(directory).stream()
                .filter(name -> CONTEXT.matcher(name).matches())
                .toList();
    }

    private Sight.Look look(String id) {
        boolean here = Files.isDirectory(stored.resolve(id));
        return new Sight.Look(
                here,
                groups.init(id).map(Groups.Init::pid).orElse(0L),
                groups.cpuMicros(id),
                groups.memoryBytes(id),
                here ? diskBytes(id) : 0);
    }

    /** The quota group's own file; which one it is, is asked of btrfs once. */
    private long diskBytes(String id) {
        Path quota =
                quotas.computeIfAbsent(id, any -> Path.of("/sys/fs/btrfs", filesystem(), "qgroups", "0_" + root(id)));
        return Groups.read(quota.resolve("referenced")).map(Long::parseLong).orElse(0L);
    }

    private String root(String id) {
        return Command.of(
                        "btrfs",
                        "inspect-internal",
                        "rootid",
                        stored.resolve(id).toString())
                .run()
                .output()
                .strip();
    }

    private String filesystem() {
        String text = Command.of(
                        "btrfs",
                        "filesystem",
                        "show",
                        settings.node().resolve("store").toString())
                .run()
                .output();
        int at = text.indexOf("uuid: ");
        return at < 0
                ? "none"
                : text.substring(at + "uuid: ".length())
                        .lines()
                        .findFirst()
                        .orElse("none")
                        .strip();
    }

    private void packets() {
        Command.Result result = Command.of("nft", "-j", "list", "counters", "table", "inet", settings.nftTable())
                .run();
        if (!result.ok()) {
            return;
        }
        Map<String, Long> bytes = new TreeMap<>();
        for (Object each : Json.list(Json.parse(result.output()), "nftables")) {
            if (each instanceof Map<?, ?> map && map.get("counter") instanceof Object counter) {
                Json.text(counter, "bytes")
                        .ifPresent(text -> bytes.put(Json.text(counter, "name").orElse(""), Long.parseLong(text)));
            }
        }
        sights.forEach((id, sight) -> {
            String plain = id.replace("-", "");
            if (bytes.containsKey("tx_" + plain) && bytes.containsKey("rx_" + plain)) {
                sight.network(bytes.get("tx_" + plain), bytes.get("rx_" + plain));
            }
        });
    }

    Optional<Groups.Init> init(String id) {
        return groups.init(id);
    }

    synchronized int contexts() {
        return sights.size();
    }

    /** In how many of a hundred looks several contexts were there at once. */
    synchronized long severalPercent() {
        return looks == 0 ? 0 : 100 * looksAtSeveral / looks;
    }

    synchronized long running() {
        return sights.values().stream().filter(Sight::runs).count();
    }

    /** One line for each meter: what all contexts together were metered and seen to use. */
    synchronized List<String> summary(Map<String, Map<String, Long>> metered) {
        List<String> lines = new ArrayList<>();
        METERS.forEach((column, meter) -> {
            long billed = sights.keySet().stream()
                    .mapToLong(id -> metered.getOrDefault(id, Map.of()).getOrDefault(column, 0L))
                    .sum();
            long seen = sights.values().stream()
                    .mapToLong(sight -> sight.seen().getOrDefault(column, 0L))
                    .sum();
            lines.add("%s of %d contexts: metered %,d, seen %,d".formatted(meter, sights.size(), billed, seen));
        });
        return lines;
    }

    /** @param metered counters of each context's last reading, by column */
    synchronized Map<String, Optional<String>> compare(Map<String, Map<String, Long>> metered) {
        Map<String, Optional<String>> checks = new LinkedHashMap<>();
        METERS.forEach((column, meter) -> {
            List<String> faults = new ArrayList<>();
            sights.forEach((id, sight) -> {
                Sight.Range range = sight.ranges().getOrDefault(column, new Sight.Range(0, 0));
                long value = metered.getOrDefault(id, Map.of()).getOrDefault(column, -1L);
                // a context that only its empty control group was ever seen of has used nothing
                if (!range.holds(value) && (value >= 0 || range.low() > 0)) {
                    faults.add("%s metered %d, must be within %d and %d (%s)"
                            .formatted(id, value, range.low(), range.high(), sight));
                }
            });
            checks.put(meter + " as metered is what was seen in the kernel", Checks.none(faults));
        });
        List<String> unseen =
                metered.keySet().stream().filter(id -> !sights.containsKey(id)).toList();
        checks.put("nothing was metered that was not seen", Checks.none(unseen));
        return checks;
    }
}
