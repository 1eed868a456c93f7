package dev.berth.catalog;

import dev.berth.catalog.AddOn.Kind;
import dev.berth.catalog.AddOnDesk.NewAddOnPrice;
import dev.berth.platform.InputFaults;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What one unit of an add-on costs, a month and once. */
record AddOnPrices(BigDecimal monthly, BigDecimal setup) {
    /** Of its first version: no set-up where it is missing, and no fee of what is bought once. */
    static AddOnPrices first(InputFaults faults, Kind kind, NewAddOnPrice given) {
        boolean pack = kind == Kind.CPU_CREDIT;
        return checked(
                faults,
                kind,
                pack && given.monthlyPrice() == null ? BigDecimal.ZERO : given.monthlyPrice(),
                given.setupPrice() == null ? BigDecimal.ZERO : given.setupPrice());
    }

    /** Of a further version: what is left out stays. */
    static AddOnPrices next(InputFaults faults, AddOn last, NewAddOnPrice given) {
        return checked(
                faults,
                last.kind(),
                given.monthlyPrice() == null ? last.monthlyPrice().amount() : given.monthlyPrice(),
                given.setupPrice() == null ? last.setupPrice().amount() : given.setupPrice());
    }

    private static AddOnPrices checked(
            InputFaults faults, Kind kind, @Nullable BigDecimal givenMonthly, BigDecimal givenSetup) {
        BigDecimal monthly = LineCheck.price(faults, "monthlyPrice", givenMonthly);
        BigDecimal setup = LineCheck.price(faults, "setupPrice", givenSetup);
        if (kind == Kind.CPU_CREDIT) {
            faults.check(monthly.signum() == 0, "monthlyPrice", "does not go with CPU_CREDIT");
            faults.check(setup.signum() > 0, "setupPrice", "must be above zero: it is what a pack costs");
        }
        return new AddOnPrices(monthly, setup);
    }
}
