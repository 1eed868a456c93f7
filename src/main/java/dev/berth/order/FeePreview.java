package dev.berth.order;

import dev.berth.catalog.Plan;
import dev.berth.units.Money;
import java.math.BigDecimal;
import java.time.Instant;

/** What time alone costs on a plan. */
public interface FeePreview {
    /** @param until the end of the billing period under way */
    record Rest(Instant until, Money fees) {}

    /** Fees from now to the end of the billing period, without use, tax and what is paid once. */
    Rest rest(Plan plan);

    /**
     * The same of a fee for each month.
     *
     * @param monthly in major units of {@code currency}, its ISO 4217 code
     */
    Rest rest(BigDecimal monthly, String currency);
}
