package dev.berth.catalog;

import dev.berth.catalog.NewVersion.NewLine;
import dev.berth.catalog.NewVersion.NewTier;
import dev.berth.catalog.Plan.Model;
import dev.berth.catalog.Plan.Price;
import dev.berth.catalog.Plan.PriceLine;
import dev.berth.catalog.Plan.PriceTier;
import dev.berth.metering.Meter;
import dev.berth.platform.InputFaults;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a price line of what came from outside, or says everything that is wrong with it. */
final class LineCheck {
    private static final int MAX_TIERS = 20;
    private static final int MAX_DECIMALS = 12;
    private static final BigDecimal TOO_DEAR = BigDecimal.TEN.pow(9);
    private static final BigDecimal TOO_MUCH = BigDecimal.TEN.pow(30);

    private final InputFaults faults;
    private final String field;
    private final String currency;

    /** @param field of the line, such as {@code lines[0]} */
    LineCheck(InputFaults faults, String field, String currency) {
        this.faults = faults;
        this.field = field;
        this.currency = currency;
    }

    /** Empty, and at least one fault, where it makes no price. */
    Optional<PriceLine> line(int position, NewLine line) {
        Optional<Model> model = model(line.model());
        String label = faults.text(at("label"), line.label(), 120);
        String unitLabel = faults.text(at("unitLabel"), line.unitLabel(), 40);
        BigDecimal included = quantity("includedQuantity", line.includedQuantity(), BigDecimal.ZERO, BigDecimal.ZERO);
        BigDecimal unit = quantity("unitQuantity", line.unitQuantity(), BigDecimal.ONE, BigDecimal.ONE);
        BigDecimal price =
                model.filter(Model::tiered).isPresent() ? BigDecimal.ZERO : price("unitPrice", line.unitPrice());
        Optional<BigDecimal> cap = Optional.ofNullable(line.capPrice()).map(given -> price("capPrice", given));
        cap.ifPresent(given -> faults.check(given.signum() > 0, at("capPrice"), "must be above zero"));
        List<PriceTier> tiers = tiers(line.tiers());
        model.ifPresent(m -> consistent(m, line, included));
        return faults.none() && model.isPresent()
                ? Optional.of(new PriceLine(
                        position,
                        model.get(),
                        Optional.ofNullable(line.meter()),
                        label,
                        included,
                        unit,
                        unitLabel,
                        new Price(
                                tiers.isEmpty()
                                        ? price
                                        : tiers.getFirst().unitPrice().amount(),
                                currency),
                        cap.map(given -> new Price(given, currency)),
                        tiers))
                : Optional.empty();
    }

    private void consistent(Model model, NewLine line, BigDecimal included) {
        if (model.metered()) {
            faults.check(isBillable(line.meter()), at("meter"), "must be one of " + billable());
        } else {
            faults.check(line.meter() == null, at("meter"), "does not go with " + model);
        }
        if (Meter.CPU_SURPLUS.name().equals(line.meter())) {
            // a cap on what it costs is told to a node as a quantity
            boolean linear = model == Model.USAGE && included.signum() == 0;
            faults.check(linear, at("meter"), "of surplus goes with USAGE and without an included quantity");
            boolean costs = line.unitPrice() != null && line.unitPrice().signum() > 0;
            faults.check(costs, at("unitPrice"), "of surplus must be above zero");
        }
        boolean allows = model == Model.USAGE || model == Model.PACKAGE;
        faults.check(allows || included.signum() == 0, at("includedQuantity"), "does not go with " + model);
        faults.check(model == Model.HOURLY || line.capPrice() == null, at("capPrice"), "does not go with " + model);
        boolean some = line.tiers() != null && !line.tiers().isEmpty();
        faults.check(model.tiered() == some, at("tiers"), model.tiered() ? "are missing" : "do not go with " + model);
    }

    private Optional<Model> model(@Nullable String name) {
        Optional<Model> model =
                Stream.of(Model.values()).filter(m -> m.name().equals(name)).findFirst();
        faults.check(model.isPresent(), at("model"), "must be one of " + List.of(Model.values()));
        return model;
    }

    private static List<Meter> billable() {
        return Stream.of(Meter.values()).filter(meter -> !meter.informative()).toList();
    }

    private static boolean isBillable(@Nullable String name) {
        return billable().stream().anyMatch(meter -> meter.name().equals(name));
    }

    private List<PriceTier> tiers(@Nullable List<@Nullable NewTier> given) {
        List<PriceTier> tiers = new ArrayList<>();
        if (given == null || !faults.check(given.size() <= MAX_TIERS, at("tiers"), "are more than " + MAX_TIERS)) {
            return tiers;
        }
        BigDecimal before = BigDecimal.ZERO;
        for (int i = 0; i < given.size(); i++) {
            NewTier tier = given.get(i) == null ? new NewTier(null, null) : given.get(i);
            String name = "tiers[" + i + "]";
            BigDecimal price = price(name + ".unitPrice", tier.unitPrice());
            Optional<BigDecimal> bound = Optional.ofNullable(tier.upToQuantity());
            String atBound = name + ".upToQuantity";
            boolean last = i == given.size() - 1;
            faults.check(
                    bound.isEmpty() == last, at(atBound), last ? "must be left out of the last tier" : "is missing");
            if (bound.isPresent()) {
                BigDecimal to = quantity(atBound, bound.get(), BigDecimal.ONE, BigDecimal.ONE);
                faults.check(to.compareTo(before) > 0, at(atBound), "must be above the tier before");
                before = to;
            }
            tiers.add(new PriceTier(bound, new Price(price, currency)));
        }
        return tiers;
    }

    private BigDecimal price(String name, @Nullable BigDecimal value) {
        return price(faults, at(name), value);
    }

    /** @return the price, 0 (and a fault) where it is missing */
    static BigDecimal price(InputFaults faults, String field, @Nullable BigDecimal value) {
        if (!faults.check(value != null, field, "is missing") || value == null) {
            return BigDecimal.ZERO;
        }
        boolean fits = value.signum() >= 0
                && value.compareTo(TOO_DEAR) < 0
                && value.stripTrailingZeros().scale() <= MAX_DECIMALS;
        faults.check(fits, field, "must be from 0 to below a thousand millions, with at most twelve decimals");
        return value;
    }

    private BigDecimal quantity(String name, @Nullable BigDecimal value, BigDecimal missing, BigDecimal least) {
        if (value == null) {
            return missing;
        }
        boolean fits =
                value.stripTrailingZeros().scale() <= 0 && value.compareTo(least) >= 0 && value.compareTo(TOO_MUCH) < 0;
        faults.check(fits, at(name), "must be a whole number from %s to below 10^30".formatted(least));
        return value;
    }

    private String at(String name) {
        return field + "." + name;
    }
}
