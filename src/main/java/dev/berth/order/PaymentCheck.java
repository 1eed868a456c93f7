package dev.berth.order;

import dev.berth.account.Account;
import dev.berth.catalog.AddOn;
import dev.berth.catalog.Plan;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Whether an account may buy a plan this way. The rule: INVOICE needs staff's permission on the account; CREDIT needs a
 * balance of at least the plan's first month (recurring and one-off prices) on top of what other VPS cost a month.
 */
public interface PaymentCheck {
    /** Called in the transaction of the order; empty when the account may, else why not, for a person. */
    Optional<String> refusal(Account account, Plan plan, PaymentMethod method);

    /** The same for a VPS that is to go on on another plan: what it costs now does not count, and less is always allowed. */
    Optional<String> refusalOfChange(Account account, Plan present, Plan next, PaymentMethod method);

    /**
     * Another number of units of something beside a plan.
     *
     * @param present in the version that is paid now; {@code next} where it has none
     * @param next in the version that will be paid
     */
    record More(AddOn present, int had, AddOn next, int wanted) {
        /** What the first month costs beside what there is, in major units; below zero where less is paid. */
        public BigDecimal atFirst() {
            BigDecimal now = present.monthlyPrice().amount().multiply(BigDecimal.valueOf(had));
            BigDecimal then = next.monthlyPrice().amount().multiply(BigDecimal.valueOf(wanted));
            BigDecimal once = next.setupPrice().amount().multiply(BigDecimal.valueOf(Math.max(wanted - had, 0)));
            return then.subtract(now).add(once);
        }
    }

    /** The same for something beside a plan; less is always allowed. */
    Optional<String> refusalOfMore(Account account, More more, PaymentMethod method);
}
