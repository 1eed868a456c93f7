package dev.berth.invoice;

import dev.berth.metering.Meter;
import dev.berth.units.Money;
import dev.berth.units.Period;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a VPS used in the billing period under way, and what that costs so far, less coupons and without tax.
 *
 * @param until the period is covered up to here
 * @param measuredUntil time of the newest reading
 * @param quantities in each meter's base units
 */
public record VpsUsage(
        UUID vpsId,
        Period period,
        Instant until,
        Optional<Instant> measuredUntil,
        Map<Meter, BigInteger> quantities,
        List<InvoiceLine> lines,
        Money net) {
    public VpsUsage {
        quantities = Map.copyOf(quantities);
        lines = List.copyOf(lines);
    }
}
