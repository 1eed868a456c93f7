package dev.berth.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/** Where the running stack is: {@code ./berth test e2e} says so in system properties. */
final class Stack {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private Stack() {}

    static String portal() {
        return property("berth.e2e.portal");
    }

    static String chromium() {
        return System.getProperty("berth.e2e.chromium", "/usr/bin/chromium");
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name + " is not set");
    }

    private static String secret(String name) throws IOException {
        return Files.readString(Path.of(property("berth.e2e.var"), "secrets", name))
                .strip();
    }

    /** A token of the demo reseller's API client. */
    static String resellerToken() throws IOException, InterruptedException {
        String form = "grant_type=client_credentials&client_id=berth-reseller-demo&client_secret="
                + URLEncoder.encode(secret("oidc-berth-reseller-demo"), StandardCharsets.UTF_8);
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(property("berth.e2e.keycloak") + "/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
        return json(answer).get("access_token").asText();
    }

    static JsonNode get(String token, String path) throws IOException, InterruptedException {
        return json(HTTP.send(request(token, path).GET().build(), BodyHandlers.ofString()));
    }

    static JsonNode post(String token, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = request(token, path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(BodyPublishers.ofString(body))
                .build();
        return json(HTTP.send(request, BodyHandlers.ofString()));
    }

    private static HttpRequest.Builder request(String token, String path) {
        return HttpRequest.newBuilder(URI.create(portal() + path))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Bearer " + token);
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() >= 300) {
            throw new IOException("%s answered %d: %s".formatted(answer.uri(), answer.statusCode(), answer.body()));
        }
        return JSON.readTree(answer.body());
    }
}
