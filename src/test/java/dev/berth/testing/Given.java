package dev.berth.testing;

import static io.restassured.RestAssured.given;

import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.State;
import dev.berth.contract.Observed.Step;
import dev.berth.contract.Observed.StepState;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** What tests need before they begin: callers, an image, an order. */
public final class Given {
    public static final String ADMIN = "user:ada;admin";
    public static final String SUPPORT = "user:sam;support";
    public static final String SSH_KEY =
            "ssh-ed25519" + " AAAAC3NzaC1lZDI1NTE5AAAAIIDjSxz4FbO2m8LwNUvPXtRbXfPn6Uqb0wUxVQ9sKJ4k test";

    private Given() {}

    /** A request as a browser sends it: no type of content where there is no content. */
    public static RequestSpecification browsing(String caller) {
        return given().header(TestIdentities.HEADER, caller);
    }

    /** A request of this caller, such as {@code user:alice;customer}. */
    public static RequestSpecification as(String caller) {
        return browsing(caller).contentType("application/json");
    }

    /** A request with a key that nobody used yet. */
    public static RequestSpecification once(String caller) {
        return as(caller).header("Idempotency-Key", UUID.randomUUID().toString());
    }

    /** A customer nobody knows yet, who may pay by invoice. */
    public static String customer() {
        String caller = "user:" + UUID.randomUUID() + ";customer";
        allowInvoice(accountOf(caller));
        return caller;
    }

    public static String accountOf(String caller) {
        return as(caller)
                .get("/api/v1/accounts")
                .then()
                .statusCode(200)
                .extract()
                .path("items[-1].id");
    }

    /** A new account below a reseller's. */
    public static UUID customerOf(String reseller) {
        return UUID.fromString(once(reseller)
                .body(Map.of("name", "End", "email", "end@example.org"))
                .post("/api/v1/accounts")
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
    }

    public static void allowInvoice(String accountId) {
        as(ADMIN)
                .body(Map.of("mayPayByInvoice", true, "reason", "test"))
                .put("/api/admin/v1/accounts/" + accountId + "/payment-terms")
                .then()
                .statusCode(200);
    }

    public static String joinToken(String nodeName) {
        return as(ADMIN)
                .body(Map.of("nodeName", nodeName))
                .post("/api/admin/v1/nodes/join-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
    }

    /** Bytes that begin like an archive; the same text gives the same bytes. */
    public static byte[] archive(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** From here on orders go to this node and no other. */
    public static void onlyNode(UUID id) {
        List<Map<String, Object>> nodes =
                as(ADMIN).get("/api/admin/v1/nodes").then().extract().jsonPath().getList("");
        for (Map<String, Object> node : nodes) {
            if ("RETIRED".equals(node.get("state"))) {
                continue;
            }
            String state = id.toString().equals(node.get("id")) ? "ACTIVE" : "DRAINING";
            as(ADMIN)
                    .body(Map.of("state", state, "cpuOvercommitPercent", node.get("cpuOvercommitPercent")))
                    .put("/api/admin/v1/nodes/" + node.get("id"))
                    .then()
                    .statusCode(200);
        }
    }

    /** @return the image's id */
    public static String image() {
        return image("12").path("id");
    }

    /** Registers a Debian of a release. */
    public static ExtractableResponse<Response> image(String release) {
        return given().header(TestIdentities.HEADER, ADMIN)
                .contentType("application/gzip")
                .header("X-Image-Name", "debian-" + release)
                .header("X-Image-Distribution", "debian")
                .header("X-Image-Release", release)
                // so that no test begins to fail on the day when this release comes to its end
                .header("X-Image-End-Of-Life", "2999-12-31")
                .body(archive("debian-" + release))
                .post("/api/admin/v1/images")
                .then()
                .extract();
    }

    public static Map<String, Object> order(String plan) {
        return Map.of(
                "plan",
                plan,
                "imageId",
                image(),
                "hostname",
                "web-1",
                "sshKeys",
                List.of(SSH_KEY),
                "paymentMethod",
                "INVOICE");
    }

    /** What a node says of a context that has reached a generation. */
    public static ContextStatus status(UUID context, long generation, State state) {
        return new ContextStatus(
                context.toString(),
                generation,
                state,
                0,
                Optional.empty(),
                List.of(new Step("create", StepState.DONE, 1_700_000_000_000L, Optional.of(1_500L))),
                List.of("SHA256:abc"),
                Optional.empty());
    }
}
