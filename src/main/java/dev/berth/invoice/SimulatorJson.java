package dev.berth.invoice;

import dev.berth.catalog.Plan;
import dev.berth.units.Amount;
import dev.berth.units.Period;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What would be paid, as the API shows it. */
final class SimulatorJson {
    private SimulatorJson() {}

    record ComparedPeriod(Instant periodFrom, Instant periodTo, Amount present, Amount other) {
        static ComparedPeriod of(Simulator.Compared c) {
            return new ComparedPeriod(c.period().from(), c.period().to(), Amount.of(c.present()), Amount.of(c.other()));
        }
    }

    record UnpricedPeriod(Instant periodFrom, Instant periodTo) {
        static UnpricedPeriod of(Period period) {
            return new UnpricedPeriod(period.from(), period.to());
        }
    }

    record PlanComparison(
            UUID vpsId,
            String plan,
            int version,
            List<ComparedPeriod> periods,
            List<UnpricedPeriod> unpriced,
            Amount present,
            Amount other) {
        static PlanComparison of(Simulator.Comparison c) {
            return new PlanComparison(
                    c.vpsId(),
                    c.plan().slug(),
                    c.plan().version(),
                    c.periods().stream().map(ComparedPeriod::of).toList(),
                    c.unpriced().stream().map(UnpricedPeriod::of).toList(),
                    Amount.of(c.present()),
                    Amount.of(c.other()));
        }
    }

    record Forecast(UUID vpsId, Instant periodFrom, Instant periodTo, Instant until, Amount soFar, Amount expected) {
        static Forecast of(Simulator.Expected e) {
            return new Forecast(
                    e.vpsId(),
                    e.period().from(),
                    e.period().to(),
                    e.until(),
                    Amount.of(e.soFar()),
                    Amount.of(e.expected()));
        }
    }

    record TouchedAccount(UUID accountId, String name, long servers, Amount present, Amount other, Amount more) {
        static TouchedAccount of(Simulator.Touched t) {
            return new TouchedAccount(
                    t.accountId(),
                    t.name(),
                    t.servers(),
                    Amount.of(t.present()),
                    Amount.of(t.other()),
                    Amount.of(t.more()));
        }
    }

    record PriceImpact(
            Plan plan,
            Instant periodFrom,
            Instant periodTo,
            List<TouchedAccount> accounts,
            long left,
            long unseen,
            Amount present,
            Amount other,
            Amount more) {
        static PriceImpact of(Simulator.Impact i) {
            return new PriceImpact(
                    i.plan(),
                    i.period().from(),
                    i.period().to(),
                    i.accounts().stream().map(TouchedAccount::of).toList(),
                    i.left(),
                    i.unseen(),
                    Amount.of(i.present()),
                    Amount.of(i.other()),
                    Amount.of(i.more()));
        }
    }
}
