package dev.berth.platform;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
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
        given().get("/api/v1/accounts").then().statusCode(401);
        given().get("/api/v1/nothing").then().statusCode(404);
        Given.as(Given.ADMIN)
                .delete("/api/v1/plans")
                .then()
                .statusCode(405)
                .body("code", equalTo("method-not-allowed"));
        Given.as("user:x;customer")
                .get("/api/admin/v1/nodes")
                .then()
                .statusCode(403)
                .body("code", equalTo("forbidden"));
        Given.once(Given.ADMIN)
                .body("{")
                .post("/api/v1/orders")
                .then()
                .statusCode(400)
                .body("code", equalTo("unreadable"));
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
                .statusCode(413);
    }
}
