package dev.berth.invoice;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnCatalog;
import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import dev.berth.units.AccountId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** At which prices an account is billed for what it has now: a reseller's customer at the house's, as long as the house bills it. */
@ApplicationScoped
class PaidNow {
    private final Billed billed;
    private final PeriodStore periods;
    private final CatalogService plans;
    private final AddOnCatalog addOns;

    PaidNow(Billed billed, PeriodStore periods, CatalogService plans, AddOnCatalog addOns) {
        this.billed = billed;
        this.periods = periods;
        this.plans = plans;
        this.addOns = addOns;
    }

    /** Whether the bill of the period under way is a reseller's. */
    boolean retail(UUID account) {
        AccountId id = new AccountId(account);
        return billed.retail(id, periods.underWay(id).period());
    }

    Plan of(UUID account, Plan plan) {
        return of(retail(account), plan);
    }

    AddOn of(UUID account, AddOn addOn) {
        return of(retail(account), addOn);
    }

    /** For who asked {@link #retail} before. */
    Plan of(boolean retail, Plan plan) {
        return retail ? plan : plans.below(plan);
    }

    AddOn of(boolean retail, AddOn addOn) {
        return retail ? addOn : addOns.below(addOn);
    }
}
