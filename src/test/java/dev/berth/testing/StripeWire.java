package dev.berth.testing;

import static io.restassured.RestAssured.given;

import io.restassured.response.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The test's line to Stripe's double, and its signed events. */
@ApplicationScoped
public class StripeWire {
    private final String base;
    private final InstantSource clock;

    StripeWire(@ConfigProperty(name = "berth.payment.stripe.api-base") String base, InstantSource clock) {
        this.base = base;
        this.clock = clock;
    }

    public Response control(String what) {
        return given().baseUri(base).post("/control/" + what);
    }

    /** An object as Stripe has it now. */
    public String object(String path) {
        return given().baseUri(base).get("/v1/" + path).asString();
    }

    /** An event about an object, with an id of its own. */
    public static String event(String type, String object) {
        return event("evt_" + UUID.randomUUID().toString().replace("-", ""), type, object);
    }

    /** With the second it happened in, which Stripe always says. */
    public static String event(String type, String object, Instant created) {
        return event(type, object).replaceFirst("\\{", "{\"created\":" + created.getEpochSecond() + ",");
    }

    public static String event(String id, String type, String object) {
        return "{\"id\":\"%s\",\"object\":\"event\",\"api_version\":\"2020-01-01\",\"type\":\"%s\",\"data\":{\"object\":%s}}"
                .formatted(id, type, object);
    }

    /** @return the portal's answer */
    public int send(String event) {
        return send(event, StripeDouble.WEBHOOK_SECRET);
    }

    public int send(String event, String secret) {
        long at = clock.instant().getEpochSecond();
        return given().header("Stripe-Signature", "t=%d,v1=%s".formatted(at, signature(at + "." + event, secret)))
                .contentType("application/json")
                .body(event.getBytes(StandardCharsets.UTF_8))
                .post("/webhooks/stripe")
                .statusCode();
    }

    private static String signature(String text, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }
}
