package dev.berth.order;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an order is paid: from credit that is there, or later, by invoice. */
public enum PaymentMethod {
    CREDIT,
    INVOICE;

    static Optional<PaymentMethod> named(@Nullable String name) {
        for (PaymentMethod method : values()) {
            if (name != null && method.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}
