package dev.berth.order;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.Plan;
import dev.berth.units.Money;
import java.time.Instant;
import java.util.UUID;

/** What time alone costs on a plan. */
public interface FeePreview {
    /** @param until the end of the billing period under way */
    record Rest(Instant until, Money fees) {}

    /** Fees from now to the end of an account's billing period, without use, tax and what is paid once. */
    Rest rest(UUID account, Plan plan);

    /** The same of so many units of an add-on. */
    Rest rest(UUID account, AddOn addOn, int units);

    /** An add-on at the price at which the account is billed for it in the period under way. */
    AddOn paid(UUID account, AddOn addOn);
}
