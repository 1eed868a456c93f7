package dev.berth.order;

import dev.berth.account.Account;
import dev.berth.catalog.Plan;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Where nobody keeps a ledger, there is no credit to pay from. */
@DefaultBean
@ApplicationScoped
class InvoiceOnly implements PaymentCheck {
    @Override
    public Optional<String> refusal(Account account, Plan plan, PaymentMethod method) {
        return switch (method) {
            case CREDIT -> Optional.of("There is no credit on this account.");
            case INVOICE ->
                account.mayPayByInvoice() ? Optional.empty() : Optional.of("This account may not pay by invoice.");
        };
    }
}
