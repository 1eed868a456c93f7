package dev.berth.order;

import dev.berth.catalog.Plan;
import dev.berth.units.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/** What time alone costs on a plan. */
public interface FeePreview {
    /** @param until the end of the billing period under way */
    record Rest(Instant until, Money fees) {}

    /** Fees from now to the end of an account's billing period, without use, tax and what is paid once. */
    Rest rest(UUID account, Plan plan);

    /**
     * The same of a fee for each month.
     *
     * @param monthly in major units of {@code currency}, its ISO 4217 code
     */
    Rest rest(UUID account, BigDecimal monthly, String currency);
}
