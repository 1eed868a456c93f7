package dev.berth.dunning;

import io.quarkus.test.Mock;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Payments whose trouble a test makes up. */
@Mock
@ApplicationScoped
public class PaymentTrouble implements PaymentHealth {
    private volatile Optional<String> now = Optional.empty();

    void is(Optional<String> trouble) {
        now = trouble;
    }

    @Override
    public Optional<String> trouble() {
        return now;
    }
}
