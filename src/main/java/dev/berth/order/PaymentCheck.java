package dev.berth.order;

import dev.berth.account.Account;
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
     * The same for something beside a plan; less is always allowed.
     *
     * @param more what the first month costs beside what there is, in major units of {@code currency}
     */
    Optional<String> refusalOfMore(Account account, String currency, BigDecimal more, PaymentMethod method);
}
