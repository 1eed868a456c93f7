package dev.berth.tools;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Says who the operator is, in Keycloak's place: where a portal is killed all the time and logging in is not what is tested. It hands out the
 * same kind of signed token to whoever asks, on loopback, for as long as a run takes.
 */
final class TokenDesk implements AutoCloseable {
    private static final int SECONDS = 300;
    private static final int KEY_BITS = 2_048;
    private static final String KEY = "only";

    private final KeyPair keys;
    private final HttpServer server;
    private final String realm;

    TokenDesk(Settings settings) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        keys = generator.generateKeyPair();
        realm = settings.realmUrl();
        server = HttpServer.create(
                new InetSocketAddress(InetAddress.getByName(Settings.HOST), settings.keycloakPort()), 0);
        server.createContext(
                "/realms/berth/.well-known/openid-configuration", exchange -> answer(exchange, discovery()));
        server.createContext(
                "/realms/berth/protocol/openid-connect/certs", exchange -> answer(exchange, certificates()));
        server.createContext("/realms/berth/protocol/openid-connect/token", exchange -> answer(exchange, token()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    private static void answer(HttpExchange exchange, Map<String, ?> body) throws IOException {
        try (exchange) {
            byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Map<String, Object> discovery() {
        String base = realm + "/protocol/openid-connect/";
        return Map.of(
                "issuer", realm,
                "authorization_endpoint", base + "auth",
                "token_endpoint", base + "token",
                "jwks_uri", base + "certs",
                "end_session_endpoint", base + "logout",
                "userinfo_endpoint", base + "userinfo",
                "introspection_endpoint", base + "token/introspect",
                "id_token_signing_alg_values_supported", List.of("RS256"));
    }

    private Map<String, Object> certificates() {
        RSAPublicKey open = (RSAPublicKey) keys.getPublic();
        return Map.of(
                "keys",
                List.of(Map.of(
                        "kid",
                        KEY,
                        "kty",
                        "RSA",
                        "alg",
                        "RS256",
                        "use",
                        "sig",
                        "n",
                        unsigned(open.getModulus()),
                        "e",
                        unsigned(open.getPublicExponent()))));
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int skip = bytes[0] == 0 ? 1 : 0;
        return base64(java.util.Arrays.copyOfRange(bytes, skip, bytes.length));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private Map<String, Object> token() {
        long now = Instant.now().getEpochSecond();
        String head = Json.write(Map.of("alg", "RS256", "typ", "JWT", "kid", KEY));
        String claims = Json.write(Map.of(
                "iss",
                realm,
                "sub",
                "operator",
                "azp",
                "berth-operator",
                "preferred_username",
                "service-account-berth-operator",
                "typ",
                "Bearer",
                "iat",
                now,
                "exp",
                now + SECONDS,
                "realm_access",
                Map.of("roles", List.of("admin"))));
        String text =
                base64(head.getBytes(StandardCharsets.UTF_8)) + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return Map.of(
                    "access_token",
                    text + "." + base64(signature.sign()),
                    "token_type",
                    "Bearer",
                    "expires_in",
                    SECONDS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
