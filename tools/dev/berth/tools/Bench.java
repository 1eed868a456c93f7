package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code berth bench NAME}: each ends with one line of JSON. */
final class Bench {
    private static final String METERING = "metering";
    private static final String BILLING = "billing";
    private static final List<String> NAMES =
            List.of("provision", "cpu", "overhead", "isolation", "density", "footprint", METERING, BILLING);

    private final Instance instance;
    private final PrintStream out;

    Bench(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
    }

    int run(List<String> arguments) throws Exception {
        if (!arguments.isEmpty() && arguments.getFirst().equals(BILLING)) {
            return print(
                    BILLING,
                    BenchBilling.of(instance.settings, out, arguments.subList(1, arguments.size()))
                            .run());
        }
        if (arguments.size() != 1 || !NAMES.contains(arguments.getFirst())) {
            throw new Failure(
                    Failure.USAGE, "usage: ./berth bench " + String.join("|", NAMES) + " [--subscriptions N]");
        }
        String name = arguments.getFirst();
        boolean contexts = !name.equals(METERING);
        if (!instance.portal.ready() || (contexts && instance.simulated().orElse(true))) {
            throw new Failure(
                    Failure.NOT_RUNNING,
                    contexts ? "this measures real contexts: `./berth up` first" : "`./berth up` first");
        }
        Map<String, Object> metrics = switch (name) {
            case "provision" -> new BenchProvision(instance, out).run();
            case "cpu" -> new BenchCpu(instance, out).run();
            case "overhead" -> new BenchOverhead(instance, out).run();
            case "isolation" -> new BenchIsolation(instance, out).run();
            case "density" -> new BenchDensity(instance, out).run();
            case "footprint" -> new BenchFootprint(instance, out).run();
            case METERING -> new BenchMetering(instance, out).run();
            default -> throw new IllegalStateException(name);
        };
        return print(name, metrics);
    }

    private int print(String name, Map<String, Object> metrics) throws IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("bench", name);
        line.put("metrics", metrics);
        line.put("host", host());
        out.println(Json.write(line));
        return 0;
    }

    /** Nearest rank. */
    static long percentile(List<Long> values, int percent) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
    }

    static Map<String, Object> host() throws IOException {
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("cpus", Runtime.getRuntime().availableProcessors());
        host.put("cpu", proc("/proc/cpuinfo", "model name"));
        host.put("memory", proc("/proc/meminfo", "MemTotal"));
        host.put("kernel", System.getProperty("os.version"));
        host.put("jdk", Runtime.version().toString());
        return host;
    }

    private static String proc(String file, String key) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
