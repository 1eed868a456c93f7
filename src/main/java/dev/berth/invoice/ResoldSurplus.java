package dev.berth.invoice;

import dev.berth.invoice.Used.Looked;
import dev.berth.metering.Meter;
import dev.berth.metering.Usage;
import dev.berth.rating.Slice;
import dev.berth.rating.UsagePrice;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.util.Optional;

/**
 * How much surplus of a reseller's customer stands on the customer's own bills: so much and no more stands on the reseller's. The cap is
 * money at the reseller's price, for a period of the customer's. Of the time that two billing periods share it is what the customer owes at
 * its end less what it owed at its beginning: however the reseller's months lie, each microsecond is on one of its bills.
 */
@ApplicationScoped
class ResoldSurplus {
    private final Billed billed;
    private final PeriodStore periods;
    private final TariffStore tariffs;
    private final SurplusCaps caps;
    private final Used used;

    ResoldSurplus(Billed billed, PeriodStore periods, TariffStore tariffs, SurplusCaps caps, Used used) {
        this.billed = billed;
        this.periods = periods;
        this.tariffs = tariffs;
        this.caps = caps;
        this.used = used;
    }

    /**
     * A slice whose surplus beyond the customer's cap is covered, on a reseller's bill as on the customer's own.
     *
     * @param caps of the bill that it stands on
     * @param horizon how far readings are looked at
     */
    Slice capped(SurplusCaps.Bill caps, Subscribed one, Slice slice, Horizon horizon) {
        Optional<UsagePrice> price = SurplusCaps.price(slice.tariff());
        BigInteger micros = slice.usage().of(Meter.CPU_SURPLUS);
        if (price.isEmpty() || micros.signum() == 0) {
            return slice;
        }
        BigInteger paid = one.account().equals(caps.account())
                ? caps.paid(one.vpsId(), price.get(), slice.period(), micros)
                : paid(one, slice.period(), horizon);
        return SurplusCaps.upTo(slice, paid);
    }

    private BigInteger paid(Subscribed one, Period part, Horizon horizon) {
        return periods.touched(one.account(), part).stream()
                .map(whole -> grown(one, whole, whole.intersection(part).orElseThrow(), horizon))
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private BigInteger grown(Subscribed one, Period whole, Period both, Horizon horizon) {
        BigInteger before = whole.from().equals(both.from())
                ? BigInteger.ZERO
                : upTo(one, whole, new Period(whole.from(), both.from()), horizon);
        return upTo(one, whole, new Period(whole.from(), both.to()), horizon).subtract(before);
    }

    /** What the customer's bill of the whole period has of it, were it closed at the end of {@code until}. */
    private BigInteger upTo(Subscribed one, Period whole, Period until, Horizon horizon) {
        SurplusCaps.Bill bill = caps.bill(one.account());
        BigInteger paid = BigInteger.ZERO;
        for (Subscribed own : billed.of(one.account(), whole)) {
            Optional<UsagePrice> price = SurplusCaps.price(tariffs.tariff(own.planVersion()));
            Optional<Period> part = own.within(until);
            if (own.vpsId().equals(one.vpsId()) && price.isPresent() && part.isPresent()) {
                Usage usage = Usage.sum(part.get(), used.byNode(own, part.get(), Looked.to(horizon)));
                BigInteger micros = bill.paid(own.vpsId(), price.get(), part.get(), usage.of(Meter.CPU_SURPLUS));
                paid = own.id().equals(one.id()) ? paid.add(micros) : paid;
            }
        }
        return paid;
    }
}
