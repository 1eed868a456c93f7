package dev.berth.order;

import dev.berth.catalog.Plan;
import dev.berth.units.Money;
import java.time.Instant;

/** What time alone costs on a plan. */
public interface FeePreview {
    /** @param until the end of the billing period under way */
    record Rest(Instant until, Money fees) {}

    /** Fees from now to the end of the billing period, without use, tax and what is paid once. */
    Rest rest(Plan plan);
}
