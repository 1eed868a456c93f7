package dev.berth.dunning;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Where no gateway says how it is. */
@DefaultBean
@ApplicationScoped
class UnknownPaymentHealth implements PaymentHealth {
    @Override
    public Optional<String> trouble() {
        return Optional.empty();
    }
}
