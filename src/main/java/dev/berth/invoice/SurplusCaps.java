package dev.berth.invoice;

import dev.berth.metering.Meter;
import dev.berth.platform.Database;
import dev.berth.rating.Slice;
import dev.berth.rating.SurplusCap;
import dev.berth.rating.Tariff;
import dev.berth.rating.UsagePrice;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import dev.berth.units.Ratio;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.util.Currency;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps what surplus costs within what the customer set, whatever a node did. A node is told the same as an amount of CPU time, so what is
 * covered here is what it used before it heard of a change, or what a late reading moved from one period into another.
 */
@ApplicationScoped
class SurplusCaps {
    private final Database database;

    SurplusCaps(Database database) {
        this.database = database;
    }

    /** The price of surplus, where a tariff has one. */
    static Optional<UsagePrice> price(Tariff tariff) {
        return tariff.lines().stream()
                .filter(line -> line.price().meter().equals(Optional.of(Meter.CPU_SURPLUS)))
                .map(line -> (UsagePrice) line.price())
                .findFirst();
    }

    /** The highest cap in force at any time of a period. It was in force, so what was used under it is paid. */
    private Money highest(UUID vpsId, AccountId account, Period period, Currency currency) {
        return new Money(
                database.number(
                        "SELECT COALESCE(MAX(monthly_cap), 0) AS n FROM cpu_surplus_cap WHERE vps_id = ? AND account_id = ?"
                                + " AND currency = ? AND valid_from < ? AND (valid_to IS NULL OR valid_to > ?)",
                        vpsId,
                        account.value(),
                        currency.getCurrencyCode(),
                        period.to(),
                        period.from()),
                currency);
    }

    Bill bill(AccountId account) {
        return new Bill(account);
    }

    /** One account's period. Slices of a VPS come in their order. */
    final class Bill {
        private final AccountId account;
        private final Map<UUID, Money> charged = new HashMap<>();

        private Bill(AccountId account) {
            this.account = account;
        }

        AccountId account() {
            return account;
        }

        /** How much of what was used is within the cap. */
        BigInteger paid(UUID vpsId, UsagePrice price, Period period, BigInteger used) {
            Currency currency = price.perUnit().currency();
            Money before = charged.getOrDefault(vpsId, Money.zero(currency));
            Money left = highest(vpsId, account, period, currency).minus(before);
            BigInteger most = left.isPositive() ? SurplusCap.most(price, left) : BigInteger.ZERO;
            BigInteger paid = used.min(most);
            charged.put(vpsId, before.plus(SurplusCap.atMost(price, paid)));
            return paid;
        }
    }

    /** What is beyond is covered. */
    static Slice upTo(Slice slice, BigInteger paid) {
        BigInteger beyond = slice.usage().of(Meter.CPU_SURPLUS).subtract(paid);
        return beyond.signum() > 0 ? slice.with(covering(slice.extras(), beyond)) : slice;
    }

    /** Of a plan with a price of surplus nothing else covers it. */
    static Map<Meter, Ratio> covering(Map<Meter, Ratio> extras, BigInteger micros) {
        Map<Meter, Ratio> all = new EnumMap<>(Meter.class);
        all.putAll(extras);
        all.put(Meter.CPU_SURPLUS, Ratio.of(micros));
        return all;
    }
}
