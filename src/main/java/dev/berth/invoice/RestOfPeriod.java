package dev.berth.invoice;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.Plan;
import dev.berth.metering.Usage;
import dev.berth.order.FeePreview;
import dev.berth.rating.OneOffPrice;
import dev.berth.rating.Rater;
import dev.berth.rating.RecurringPrice;
import dev.berth.rating.Slice;
import dev.berth.rating.Tariff;
import dev.berth.rating.TariffLine;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import dev.berth.units.SubscriptionId;
import dev.berth.units.UnitPrice;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.UUID;

/** The bill's own computation for what is left of the billing period, as if nothing were used. */
@ApplicationScoped
class RestOfPeriod implements FeePreview {
    private static final SubscriptionId NOBODY = new SubscriptionId(new UUID(0, 0));

    private final PeriodStore periods;
    private final PaidNow paid;
    private final InstantSource clock;

    RestOfPeriod(PeriodStore periods, PaidNow paid, InstantSource clock) {
        this.paid = paid;
        this.periods = periods;
        this.clock = clock;
    }

    @Override
    public Rest rest(UUID account, Plan plan) {
        return rest(account, TariffStore.tariff(paid.of(account, plan)));
    }

    @Override
    public Rest rest(UUID account, AddOn addOn, int units) {
        AddOn priced = paid(account, addOn);
        BigDecimal monthly = priced.monthlyPrice().amount().multiply(BigDecimal.valueOf(units));
        UnitPrice price = new UnitPrice(monthly, Currency.getInstance(priced.currency()));
        List<TariffLine> lines = List.of(new TariffLine(0, "", "", new RecurringPrice(price)));
        return rest(account, new Tariff(NOBODY.value(), "", price.currency(), lines));
    }

    @Override
    public AddOn paid(UUID account, AddOn addOn) {
        return paid.of(account, addOn);
    }

    private Rest rest(UUID account, Tariff tariff) {
        Instant now = clock.instant();
        Span underWay = periods.underWay(new AccountId(account));
        Period rest = new Period(now, underWay.period().to());
        Slice slice = new Slice(NOBODY, rest, now, tariff, Usage.none(rest), underWay.zone());
        Money fees = Rater.rate(slice).stream()
                .filter(line -> !(line.tariffLine().price() instanceof OneOffPrice))
                .map(line -> Money.rounded(line.exact(), tariff.currency()))
                .reduce(Money.zero(tariff.currency()), Money::plus);
        return new Rest(rest.to(), fees);
    }
}
