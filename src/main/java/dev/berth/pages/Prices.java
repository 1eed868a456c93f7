package dev.berth.pages;

import dev.berth.catalog.Plan;
import dev.berth.metering.Meter;
import java.util.List;
import java.util.stream.Stream;

/** Rows of prices in a form, with what can be chosen in them. */
public record Prices(List<PriceRow> rows, List<Plan.Model> models, List<Meter> meters) {
    public Prices {
        rows = List.copyOf(rows);
        models = List.copyOf(models);
        meters = List.copyOf(meters);
    }

    static Prices of(Filled filled) {
        return new Prices(
                PlanForm.show(filled),
                List.of(Plan.Model.values()),
                Stream.of(Meter.values()).filter(meter -> !meter.informative()).toList());
    }
}
