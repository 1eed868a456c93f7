package dev.berth.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The REST API as a script uses it that was written from the OpenAPI page: a client-credentials token and JSON. */
final class Rest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Stack stack;
    private final String client;
    private final String token;

    Rest(Stack stack, String client) {
        this.stack = stack;
        this.client = client;
        this.token = token();
    }

    private Rest(Stack stack, String client, String token) {
        this.stack = stack;
        this.client = client;
        this.token = token;
    }

    /** With a token that nobody gave. */
    static Rest forged(Stack stack) {
        return new Rest(stack, "", "eyJhbGciOiJub25lIn0.e30.");
    }

    /** Not logged in. */
    static Rest stranger(Stack stack) {
        return new Rest(stack, "");
    }

    /** @param body null node where the answer is no JSON */
    record Answer(int status, String type, String etag, String challenge, JsonNode body) {
        JsonNode ok() {
            assertEquals(2, status / 100, () -> status + " " + body);
            return body;
        }

        String id() {
            return ok().get("id").asText();
        }
    }

    private String token() {
        if (client.isEmpty()) {
            return "";
        }
        String form = "grant_type=client_credentials&client_id=" + client + "&client_secret="
                + stack.secret("oidc-" + client);
        HttpRequest request = HttpRequest.newBuilder(URI.create(stack.realm() + "/protocol/openid-connect/token"))
                .timeout(LIMIT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        return send(request).ok().get("access_token").asText();
    }

    Answer get(String path) {
        return send(request(path).GET().build());
    }

    Answer post(String path, Object body) {
        return post(path, body, UUID.randomUUID().toString());
    }

    Answer post(String path, Object body, String idempotencyKey) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(json(body)))
                .build());
    }

    Answer postWithoutKey(String path, Object body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json(body)))
                .build());
    }

    Answer put(String path, Object body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(json(body)))
                .build());
    }

    byte[] bytes(String path) {
        try {
            HttpResponse<byte[]> response = http.send(request(path).GET().build(), BodyHandlers.ofByteArray());
            assertEquals(200, response.statusCode());
            return response.body();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until an operation has ended, and says how. */
    String ended(String operationId) {
        return await().atMost(LIMIT)
                .until(
                        () -> get("/api/v1/operations/" + operationId + "?wait=10")
                                .ok()
                                .get("state")
                                .asText(),
                        state -> !state.equals("PENDING") && !state.equals("RUNNING"));
    }

    /** Does something to a VPS and waits until it is done. */
    void act(String vpsId, String action) {
        String operation =
                post("/api/v1/vps/" + vpsId + "/actions/" + action, Map.of()).id();
        assertEquals("SUCCEEDED", ended(operation), action);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(stack.portal() + path))
                .timeout(LIMIT)
                .header("Accept", "application/json, application/problem+json, application/pdf");
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            Optional<String> type = response.headers().firstValue("Content-Type");
            boolean json = type.filter(t -> t.contains("json")).isPresent();
            return new Answer(
                    response.statusCode(),
                    type.orElse(""),
                    response.headers().firstValue("ETag").orElse(""),
                    response.headers().firstValue("WWW-Authenticate").orElse(""),
                    JSON.readTree(json ? response.body() : "null"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String json(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
