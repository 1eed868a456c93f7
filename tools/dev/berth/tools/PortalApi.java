package dev.berth.tools;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The portal's REST API with a client-credentials token, as any operator's script would use it. */
final class PortalApi {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration UPLOAD_LIMIT = Duration.ofMinutes(5);
    private static final int MAX_SHOWN = 400;
    private static final long TOKEN_MARGIN_NANOS = Duration.ofSeconds(20).toNanos();

    private final Settings settings;
    private final String client;
    private final String secret;
    private String token = "";
    private long tokenEndNanos = Long.MIN_VALUE;

    PortalApi(Settings settings, String client, String secret) {
        this.settings = settings;
        this.client = client;
        this.secret = secret;
    }

    /** The operator's own client, role admin. */
    static PortalApi operator(Settings settings, Secrets secrets) {
        return new PortalApi(settings, "berth-operator", secrets.get("oidc-berth-operator"));
    }

    Map<String, Object> get(String path) throws IOException {
        return Json.object(body("GET " + path, Http.send(request(path).GET().build())));
    }

    /** For lists that are given whole. */
    List<?> list(String path) throws IOException {
        return Json.parse(body("GET " + path, Http.send(request(path).GET().build()))) instanceof List<?> list
                ? list
                : List.of();
    }

    Map<String, Object> post(String path, Map<String, ?> body) throws IOException {
        return post(path, body, UUID.randomUUID().toString());
    }

    Map<String, Object> post(String path, Map<String, ?> body, String idempotencyKey) throws IOException {
        return send("POST", path, body, idempotencyKey);
    }

    Map<String, Object> put(String path, Map<String, ?> body) throws IOException {
        return send("PUT", path, body, UUID.randomUUID().toString());
    }

    private Map<String, Object> send(String method, String path, Map<String, ?> body, String idempotencyKey)
            throws IOException {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .method(method, HttpRequest.BodyPublishers.ofString(Json.write(body)))
                .build();
        return Json.object(body(method + " " + path, Http.send(request)));
    }

    Map<String, Object> registerImage(Images.Image image, Signing.Signed signed) throws IOException {
        HttpRequest.Builder request = request("/api/admin/v1/images")
                .timeout(UPLOAD_LIMIT)
                .header("Content-Type", "application/gzip")
                .header("X-Image-Name", image.name())
                .header("X-Image-Distribution", image.distribution())
                .header("X-Image-Release", image.release())
                .header("X-Image-Signature", signed.header())
                .POST(HttpRequest.BodyPublishers.ofFile(image.archive()));
        image.endOfLife().ifPresent(day -> request.header("X-Image-End-Of-Life", day));
        return Json.object(body("registering the image", Http.send(request.build())));
    }

    private HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create(settings.portalUrl() + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token())
                .header("Accept", "application/json, application/problem+json");
    }

    private static String body(String what, HttpResponse<String> response) throws IOException {
        String body = response.body();
        if (response.statusCode() / 100 != 2) {
            String shown = body.substring(0, Math.min(MAX_SHOWN, body.length()));
            throw new ApiException(response.statusCode(), what + " answered " + response.statusCode() + ": " + shown);
        }
        return body.isBlank() ? "{}" : body;
    }

    private synchronized String token() throws IOException {
        if (System.nanoTime() >= tokenEndNanos) {
            String basic = URLEncoder.encode(client, StandardCharsets.UTF_8) + ":"
                    + URLEncoder.encode(secret, StandardCharsets.UTF_8);
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(settings.realmUrl() + "/protocol/openid-connect/token"))
                    .timeout(LIMIT)
                    .header(
                            "Authorization",
                            "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                    .build();
            Map<String, Object> answer = Json.object(body("token for " + client, Http.send(request)));
            token = Json.text(answer, "access_token").orElseThrow();
            long seconds = Long.parseLong(Json.text(answer, "expires_in").orElse("60"));
            tokenEndNanos = System.nanoTime() + Duration.ofSeconds(seconds).toNanos() - TOKEN_MARGIN_NANOS;
        }
        return token;
    }

    /** The portal said no. */
    static final class ApiException extends IOException {
        private static final long serialVersionUID = 1;
        private final int status;

        ApiException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }
}
