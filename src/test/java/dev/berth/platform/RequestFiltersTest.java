package dev.berth.platform;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class RequestFiltersTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void everyAnswerHasItsHeaders() {
        given().get("/api/v1/plans")
                .then()
                .statusCode(200)
                .header("Content-Security-Policy", containsString("default-src 'none'; script-src 'self';"))
                .header("Content-Security-Policy", not(containsString("unsafe")))
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "same-origin");
    }

    @Test
    void aTraceIsTakenOver() {
        given().header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                .get("/api/v1/plans/none")
                .then()
                .statusCode(404)
                .header("X-Trace-Id", TRACE)
                .contentType("application/problem+json")
                .body("traceId", equalTo(TRACE))
                .body("code", equalTo("not-found"));
    }

    @Test
    void whatTheFrameworkRefusesIsAProblemToo() {
        refused(given().get("/api/v1/accounts"), 401, "unauthenticated").header("WWW-Authenticate", "Bearer");
        refused(given().get("/api/v1/nothing"), 404, "not-found");
        refused(given().get("/api/nothing"), 404, "not-found");
        refused(Given.as(Given.ADMIN).delete("/api/v1/plans"), 405, "method-not-allowed");
        refused(Given.as("user:x;customer").get("/api/admin/v1/nodes"), 403, "forbidden");
        refused(Given.once(Given.ADMIN).body("{").post("/api/v1/orders"), 400, "unreadable");
        refused(
                Given.once(Given.ADMIN).contentType("text/plain").body("x").post("/api/v1/orders"),
                415,
                "unsupported-media-type");
    }

    @Test
    void aTokenThatIsNotValidIsAProblemWithAChallenge() {
        for (String path : List.of("/api/v1/plans", "/api/v1/accounts", "/api/admin/v1/nodes")) {
            refused(given().header("Authorization", "Bearer nonsense").get(path), 401, "unauthenticated")
                    .header("WWW-Authenticate", "Bearer");
        }
    }

    @Test
    void aMissingBodyAndABadParameterAreTheCallersFault() {
        for (String path : List.of("/api/v1/orders", "/api/admin/v1/vps/" + UUID.randomUUID() + "/actions/suspend")) {
            refused(Given.once(Given.ADMIN).post(path), 400, "body-missing");
            refused(Given.once(Given.ADMIN).body("null").post(path), 400, "body-missing");
        }
        refused(Given.as(Given.ADMIN).get("/api/v1/vps?limit=many"), 400, "bad-request");
        refused(Given.as(Given.ADMIN).get("/api/v1/vps?account=me"), 400, "bad-request");
    }

    private static ValidatableResponse refused(Response answer, int status, String code) {
        return answer.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .header("Cache-Control", "no-store")
                .body("status", equalTo(status))
                .body("code", equalTo(code))
                .body("traceId", equalTo(answer.header("X-Trace-Id")));
    }

    @Test
    void assetsAreKeptForEverUnderTheAddressOfTheirContent() {
        for (String asset : List.of("/css/berth.css", "/js/berth.js", "/vendor/htmx/htmx.min.js", "/img/berth.svg")) {
            given().get(Assets.address(asset))
                    .then()
                    .statusCode(200)
                    .header("Cache-Control", "public, max-age=31536000, immutable");
            for (String other : List.of(asset, asset + "?v=0123456789ab")) {
                given().get(other).then().statusCode(200).header("Cache-Control", "no-cache");
            }
        }
    }

    @Test
    void anotherSitesFormIsRefused() {
        var request = Given.once("user:" + UUID.randomUUID() + ";reseller").cookie("session", "x");
        request.header("Sec-Fetch-Site", "cross-site")
                .body(Map.of("name", "C", "email", "c@example.org"))
                .post("/api/v1/accounts")
                .then()
                .statusCode(403)
                .body("code", equalTo("cross-site"));
        Given.once("user:" + UUID.randomUUID() + ";reseller")
                .cookie("session", "x")
                .body(Map.of("name", "C", "email", "c@example.org"))
                .post("/api/v1/accounts")
                .then()
                .statusCode(403);
        Given.once("user:" + UUID.randomUUID() + ";reseller")
                .cookie("session", "x")
                .header("Origin", "https://evil.example")
                .body(Map.of("name", "C", "email", "c@example.org"))
                .post("/api/v1/accounts")
                .then()
                .statusCode(403);
        Given.once("user:" + UUID.randomUUID() + ";reseller")
                .cookie("session", "x")
                .header("Sec-Fetch-Site", "same-origin")
                .body(Map.of("name", "C", "email", "c@example.org"))
                .post("/api/v1/accounts")
                .then()
                .statusCode(201);
    }

    @Test
    void largeBodiesAreForImagesOnly() {
        Given.once(Given.ADMIN)
                .body("\"" + "x".repeat(1024 * 1024) + "\"")
                .post("/api/v1/orders")
                .then()
                .statusCode(413)
                .contentType("application/problem+json")
                .body("code", equalTo("too-large"));
    }
}
