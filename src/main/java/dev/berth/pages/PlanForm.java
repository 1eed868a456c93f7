package dev.berth.pages;

import dev.berth.catalog.NewVersion;
import dev.berth.catalog.NewVersion.NewLine;
import dev.berth.catalog.NewVersion.NewTier;
import dev.berth.catalog.Plan;
import dev.berth.catalog.Plan.PriceLine;
import dev.berth.catalog.Plan.PriceTier;
import dev.berth.platform.Problem;
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
    private static final int MORE_ROWS = 3;
    private static final int MOST_ROWS = 52;

    /** A form that nobody has filled in: a fee, and room for more. */
    static final Map<String, String> FEE = Map.of(
            ROWS,
            "4",
            "line0.model",
            Plan.Model.RECURRING.name(),
            "line0.label",
            "Base fee",
            "line0.unitLabel",
            "month");

    private PlanForm() {}

    /** What the newest version has, and some rows for more. */
    static Map<String, String> typed(Plan plan) {
        Map<String, String> fields = new HashMap<>(LimitsForm.typed(plan.limits()));
        fields.put("name", plan.name());
        fields.put("summary", plan.summary());
        List<PriceLine> lines = plan.lines();
        fields.put(ROWS, String.valueOf(Math.min(lines.size() + SPARE_ROWS, MOST_ROWS)));
        for (int i = 0; i < lines.size(); i++) {
            line(fields, "line" + i + ".", lines.get(i));
        }
        return fields;
    }

    private static void line(Map<String, String> fields, String row, PriceLine line) {
        fields.put(row + "model", line.model().name());
        fields.put(row + "meter", line.meter().orElse(""));
        fields.put(row + "label", line.label());
        Measure measure = Measure.of(line.meter().orElse(""));
        fields.put(row + "includedQuantity", measure.write(line.includedQuantity()));
        fields.put(row + "unitQuantity", measure.write(line.unitQuantity()));
        fields.put(row + "unitLabel", line.unitLabel());
        fields.put(row + "unitPrice", line.tiers().isEmpty() ? plain(line.unitPrice()) : "");
        fields.put(row + "capPrice", line.capPrice().map(PlanForm::plain).orElse(""));
        fields.put(
                row + "tiers",
                line.tiers().stream().map(tier -> tier(measure, tier)).collect(Collectors.joining(", ")));
    }

    private static String plain(Plan.Price price) {
        return price.amount().toPlainString();
    }

    private static String tier(Measure measure, PriceTier tier) {
        return tier.upToQuantity().map(measure::write).orElse("") + ":" + plain(tier.unitPrice());
    }

    static NewVersion version(Form form) {
        return new NewVersion(
                Typed.text(form.text("validFrom")),
                Typed.text(form.text("currency")),
                LimitsForm.read(form),
                lines(form));
    }

    static List<@Nullable NewLine> lines(Form form) {
        List<@Nullable NewLine> lines = new ArrayList<>();
        for (int row : filled(Filled.with(form.all()))) {
            String name = "line" + row + ".";
            Measure measure = Measure.of(form.text(name + "meter"));
            lines.add(new NewLine(
                    form.text(name + "model"),
                    Typed.text(form.text(name + "meter")),
                    form.text(name + "label"),
                    measure.decimal(form.text(name + "includedQuantity")),
                    measure.decimal(form.text(name + "unitQuantity")),
                    form.text(name + "unitLabel"),
                    Typed.decimal(form.text(name + "unitPrice")),
                    Typed.decimal(form.text(name + "capPrice")),
                    tiers(measure, form.text(name + "tiers"))));
        }
        return lines;
    }

    private static @Nullable List<@Nullable NewTier> tiers(Measure measure, String text) {
        if (text.isEmpty()) {
            return null;
        }
        List<@Nullable NewTier> tiers = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            tiers.add(new NewTier(
                    measure.decimal(bound(one)),
                    Typed.decimal(one.substring(one.indexOf(':') + 1).strip())));
        }
        return tiers;
    }

    /** Of a tier, such as {@code 1 TB:0.05}. */
    private static String bound(String tier) {
        return tier.substring(0, Math.max(tier.indexOf(':'), 0)).strip();
    }

    /** Every fault beside its field; of what cannot be read it is said how it is written. */
    static Filled refused(Form form, Problem problem, Map<String, String> shown) {
        Filled refused = Filled.refused(form, problem, shown);
        Map<String, String> faults = new HashMap<>(refused.faults());
        unreadable(form).forEach((field, measure) -> faults.computeIfPresent(field, (name, was) -> measure.fault()));
        return new Filled(refused.typed(), faults, refused.general());
    }

    private static Map<String, Measure> unreadable(Form form) {
        Map<String, Measure> found = new HashMap<>(LimitsForm.unreadable(form));
        List<Integer> prices = filled(Filled.with(form.all()));
        for (int i = 0; i < prices.size(); i++) {
            String name = "line" + prices.get(i) + ".";
            Measure measure = Measure.of(form.text(name + "meter"));
            for (String field : List.of("includedQuantity", "unitQuantity")) {
                if (measure.unreadable(form.text(name + field))) {
                    found.put("lines[" + i + "]." + field, measure);
                }
            }
            String[] tiers = form.text(name + "tiers").split(",", -1);
            for (int n = 0; n < tiers.length; n++) {
                if (measure.unreadable(bound(tiers[n]))) {
                    found.put("lines[%d].tiers[%d].upToQuantity".formatted(i, n), measure);
                }
            }
        }
        return found;
    }

    /** The form as it was typed with room for more prices, where that was asked for. */
    static Optional<Filled> roomier(Form form, Map<String, String> shown) {
        if (form.text("more").isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> all = Filled.over(shown, form.all());
        all.put(ROWS, String.valueOf(Math.min(rows(Filled.with(all)) + MORE_ROWS, MOST_ROWS)));
        return Optional.of(Filled.with(all));
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
