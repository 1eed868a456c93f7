package dev.berth.pages;

import dev.berth.catalog.NewVersion.NewLimits;
import dev.berth.catalog.Plan.Limits;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A plan's limits as fields of a form, each with its unit. Fields are named as what may be wrong with them. */
final class LimitsForm {
    private static final String FIELD = "limits.";

    private static final Map<String, Measure> MEASURES = Map.of(
            "cpuBaselineMilli", Measure.CPU,
            "cpuCeilingMilli", Measure.CPU,
            "cpuBankMillis", Measure.BANK,
            "memoryBytes", Measure.SIZE,
            "processes", Measure.COUNT,
            "diskBytes", Measure.SIZE,
            "diskInodes", Measure.COUNT,
            "netReservedBits", Measure.RATE,
            "snapshots", Measure.COUNT);

    /** What a small plan has. */
    static final Map<String, String> SMALL = Map.of(
            "limits.cpuBaselineMilli", "0.25 vCPU",
            "limits.cpuCeilingMilli", "1 vCPU",
            "limits.cpuBankMillis", "10 min",
            "limits.memoryBytes", "512 MiB",
            "limits.processes", "512",
            "limits.diskBytes", "4 GiB",
            "limits.snapshots", "3");

    private LimitsForm() {}

    static Map<String, String> typed(Limits limits) {
        Map<String, String> fields = new HashMap<>();
        write(fields, "cpuBaselineMilli", limits.cpuBaselineMilli());
        write(fields, "cpuCeilingMilli", limits.cpuCeilingMilli());
        write(fields, "cpuBankMillis", limits.cpuBankMillis());
        write(fields, "memoryBytes", limits.memoryBytes());
        write(fields, "processes", limits.processes());
        write(fields, "diskBytes", limits.diskBytes());
        limits.diskInodes().ifPresent(inodes -> write(fields, "diskInodes", inodes));
        limits.netReservedBits().ifPresent(bits -> write(fields, "netReservedBits", bits));
        write(fields, "snapshots", limits.snapshots());
        return fields;
    }

    private static Measure measure(String name) {
        return MEASURES.getOrDefault(name, Measure.COUNT);
    }

    private static void write(Map<String, String> fields, String name, long value) {
        fields.put(FIELD + name, measure(name).write(value));
    }

    static NewLimits read(Form form) {
        return new NewLimits(
                read(form, "cpuBaselineMilli"),
                read(form, "cpuCeilingMilli"),
                read(form, "cpuBankMillis"),
                read(form, "memoryBytes"),
                read(form, "processes"),
                read(form, "diskBytes"),
                read(form, "diskInodes"),
                read(form, "netReservedBits"),
                read(form, "snapshots"));
    }

    private static @Nullable Long read(Form form, String name) {
        return measure(name).whole(form.text(FIELD + name));
    }

    /** Fields in which something stands that is no quantity of their kind. */
    static Map<String, Measure> unreadable(Form form) {
        return MEASURES.entrySet().stream()
                .filter(one -> one.getValue().unreadable(form.text(FIELD + one.getKey())))
                .collect(Collectors.toMap(one -> FIELD + one.getKey(), Map.Entry::getValue));
    }
}
