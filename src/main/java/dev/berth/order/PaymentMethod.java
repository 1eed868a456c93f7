package dev.berth.order;

import dev.berth.platform.Database;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How an order is paid: from credit that is there, or later, by invoice. */
public enum PaymentMethod {
    CREDIT,
    INVOICE;

    /** How a VPS was ordered; CREDIT where nobody ordered it. */
    static PaymentMethod of(Database database, UUID vpsId) {
        return database.one(
                        "SELECT payment_method FROM vps_order WHERE vps_id = ?",
                        row -> row.constant("payment_method", PaymentMethod.class),
                        vpsId)
                .orElse(CREDIT);
    }

    static Optional<PaymentMethod> named(@Nullable String name) {
        for (PaymentMethod method : values()) {
            if (name != null && method.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}
