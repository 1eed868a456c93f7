package dev.berth.pages;

import dev.berth.catalog.NewVersion;
import dev.berth.catalog.NewVersion.NewLimits;
import dev.berth.catalog.NewVersion.NewLine;
import dev.berth.catalog.NewVersion.NewTier;
import dev.berth.catalog.Plan;
import dev.berth.catalog.Plan.Limits;
import dev.berth.catalog.Plan.PriceLine;
import dev.berth.catalog.Plan.PriceTier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A plan's version as fields of a form. Fields are named as what may be wrong with them; rows that are left empty are no prices. */
final class PlanForm {
    private static final String ROWS = "rows";
    private static final int SPARE_ROWS = 2;
    private static final int MOST_ROWS = 52;

    private PlanForm() {}

    /** What the newest version has, and some rows for more. */
    static Map<String, String> typed(Plan plan) {
        Map<String, String> fields = new HashMap<>(limits(plan.limits()));
        fields.put("name", plan.name());
        fields.put("summary", plan.summary());
        List<PriceLine> lines = plan.lines();
        fields.put(ROWS, String.valueOf(Math.min(lines.size() + SPARE_ROWS, MOST_ROWS)));
        for (int i = 0; i < lines.size(); i++) {
            line(fields, "line" + i + ".", lines.get(i));
        }
        return fields;
    }

    private static Map<String, String> limits(Limits limits) {
        Map<String, String> fields = new HashMap<>();
        fields.put("limits.cpuBaselineMilli", String.valueOf(limits.cpuBaselineMilli()));
        fields.put("limits.cpuCeilingMilli", String.valueOf(limits.cpuCeilingMilli()));
        fields.put("limits.cpuBankMillis", String.valueOf(limits.cpuBankMillis()));
        fields.put("limits.memoryBytes", String.valueOf(limits.memoryBytes()));
        fields.put("limits.processes", String.valueOf(limits.processes()));
        fields.put("limits.diskBytes", String.valueOf(limits.diskBytes()));
        fields.put("limits.diskInodes", limits.diskInodes().map(String::valueOf).orElse(""));
        fields.put(
                "limits.netReservedBits",
                limits.netReservedBits().map(String::valueOf).orElse(""));
        fields.put("limits.snapshots", String.valueOf(limits.snapshots()));
        return fields;
    }

    private static void line(Map<String, String> fields, String row, PriceLine line) {
        fields.put(row + "model", line.model().name());
        fields.put(row + "meter", line.meter().orElse(""));
        fields.put(row + "label", line.label());
        fields.put(row + "includedQuantity", line.includedQuantity().toPlainString());
        fields.put(row + "unitQuantity", line.unitQuantity().toPlainString());
        fields.put(row + "unitLabel", line.unitLabel());
        fields.put(row + "unitPrice", line.tiers().isEmpty() ? plain(line.unitPrice()) : "");
        fields.put(row + "capPrice", line.capPrice().map(PlanForm::plain).orElse(""));
        fields.put(row + "tiers", line.tiers().stream().map(PlanForm::tier).collect(Collectors.joining(", ")));
    }

    private static String plain(Plan.Price price) {
        return price.amount().toPlainString();
    }

    private static String tier(PriceTier tier) {
        return tier.upToQuantity().map(BigDecimal::toPlainString).orElse("") + ":" + plain(tier.unitPrice());
    }

    static NewVersion version(Form form) {
        return new NewVersion(Typed.text(form.text("validFrom")), null, limits(form), lines(form));
    }

    private static NewLimits limits(Form form) {
        return new NewLimits(
                Typed.whole(form.text("limits.cpuBaselineMilli")),
                Typed.whole(form.text("limits.cpuCeilingMilli")),
                Typed.whole(form.text("limits.cpuBankMillis")),
                Typed.whole(form.text("limits.memoryBytes")),
                Typed.whole(form.text("limits.processes")),
                Typed.whole(form.text("limits.diskBytes")),
                Typed.whole(form.text("limits.diskInodes")),
                Typed.whole(form.text("limits.netReservedBits")),
                Typed.whole(form.text("limits.snapshots")));
    }

    static List<@Nullable NewLine> lines(Form form) {
        List<@Nullable NewLine> lines = new ArrayList<>();
        for (int row : filled(Filled.with(values(form)))) {
            String name = "line" + row + ".";
            lines.add(new NewLine(
                    form.text(name + "model"),
                    Typed.text(form.text(name + "meter")),
                    form.text(name + "label"),
                    Typed.decimal(form.text(name + "includedQuantity")),
                    Typed.decimal(form.text(name + "unitQuantity")),
                    form.text(name + "unitLabel"),
                    Typed.decimal(form.text(name + "unitPrice")),
                    Typed.decimal(form.text(name + "capPrice")),
                    tiers(form.text(name + "tiers"))));
        }
        return lines;
    }

    private static Map<String, String> values(Form form) {
        return form.fields().keySet().stream().collect(Collectors.toMap(name -> name, form::text));
    }

    private static @Nullable List<@Nullable NewTier> tiers(String text) {
        if (text.isEmpty()) {
            return null;
        }
        List<@Nullable NewTier> tiers = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            int colon = one.indexOf(':');
            tiers.add(new NewTier(
                    Typed.decimal(one.substring(0, Math.max(colon, 0)).strip()),
                    Typed.decimal(one.substring(colon + 1).strip())));
        }
        return tiers;
    }

    private static int rows(Filled filled) {
        @Nullable Integer rows = Typed.integer(filled.value(ROWS));
        return rows == null ? 0 : Math.clamp(rows, 0, MOST_ROWS);
    }

    /** Rows with a price in them. */
    private static List<Integer> filled(Filled filled) {
        return IntStream.range(0, rows(filled))
                .filter(row -> !filled.value("line" + row + ".model").isEmpty()
                        || !filled.value("line" + row + ".label").isEmpty())
                .boxed()
                .toList();
    }

    /** What is wrong with a price is said of its row, whatever rows before it are empty. */
    static List<PriceRow> show(Filled filled) {
        List<Integer> prices = filled(filled);
        return IntStream.range(0, rows(filled))
                .mapToObj(row -> row(filled, row, "lines[" + prices.indexOf(row) + "]."))
                .toList();
    }

    private static PriceRow row(Filled filled, int row, String prefix) {
        return new PriceRow(
                row + 1,
                cell(filled, row, prefix, "model"),
                cell(filled, row, prefix, "meter"),
                cell(filled, row, prefix, "label"),
                cell(filled, row, prefix, "includedQuantity"),
                cell(filled, row, prefix, "unitQuantity"),
                cell(filled, row, prefix, "unitLabel"),
                cell(filled, row, prefix, "unitPrice"),
                cell(filled, row, prefix, "capPrice"),
                tiers(filled, row, prefix + "tiers"));
    }

    private static Cell cell(Filled filled, int row, String prefix, String field) {
        String name = "line" + row + "." + field;
        return new Cell(name, filled.value(name), filled.wrongWith(prefix + field));
    }

    private static Cell tiers(Filled filled, int row, String prefix) {
        String name = "line" + row + ".tiers";
        Optional<String> fault = filled.faults().entrySet().stream()
                .filter(one -> one.getKey().startsWith(prefix))
                .map(Map.Entry::getValue)
                .sorted()
                .distinct()
                .reduce((one, other) -> one + " " + other);
        return new Cell(name, filled.value(name), fault.orElse(""));
    }
}
