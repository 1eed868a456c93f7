package dev.berth.payment.stripe;

import com.stripe.StripeClient;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The keys for Stripe. On when both are there. They are in no log and no text. */
@Singleton
public class StripeSettings {
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final Optional<String> secretKey;
    private final Optional<String> webhookSecret;
    private final Optional<String> apiBase;

    StripeSettings(
            @ConfigProperty(name = "berth.payment.stripe.secret-key") Optional<String> secretKey,
            @ConfigProperty(name = "berth.payment.stripe.webhook-secret") Optional<String> webhookSecret,
            @ConfigProperty(name = "berth.payment.stripe.api-base") Optional<String> apiBase) {
        this.secretKey = secretKey;
        this.webhookSecret = webhookSecret;
        this.apiBase = apiBase;
    }

    boolean on() {
        return secretKey.isPresent() && webhookSecret.isPresent();
    }

    Optional<String> webhookSecret() {
        return on() ? webhookSecret : Optional.empty();
    }

    /** The library sends nothing again by itself: an answer that was lost is asked for by our own id. */
    StripeClient client() {
        StripeClient.StripeClientBuilder builder = StripeClient.builder()
                .setApiKey(secretKey.orElseThrow())
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setReadTimeout(READ_TIMEOUT_MILLIS)
                .setMaxNetworkRetries(0);
        apiBase.ifPresent(builder::setApiBase);
        return builder.build();
    }

    @Override
    public String toString() {
        return "Stripe " + (on() ? "on" : "off");
    }
}
