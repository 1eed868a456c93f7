package dev.berth.rating;

import dev.berth.metering.Meter;
import java.math.BigInteger;
import java.util.Optional;

/** How a tariff line is priced. Each model computes exactly; rounding comes later and once. */
public sealed interface Price
        permits RecurringPrice, HourlyPrice, UsagePrice, PackagePrice, TieredPrice, VolumePrice, OneOffPrice {
    Charge charge(Slice slice);

    Optional<Meter> meter();

    /** Whether it is a fee for the time that passes: it stands still where a slice is paused. */
    default boolean forTime() {
        return false;
    }

    /** Name in the database and the API. */
    String model();

    /** What a price computes of a quantity: shared by the models that divide by a unit. */
    static void requirePositive(String name, BigInteger value) {
        if (value.signum() <= 0) {
            throw new IllegalArgumentException("%s is %s, must be positive".formatted(name, value));
        }
    }
}
