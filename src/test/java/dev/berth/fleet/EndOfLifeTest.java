package dev.berth.fleet;

import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.audit.AuditService;
import dev.berth.platform.Database;
import dev.berth.platform.Transactions;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Images whose system is mended no longer: not sold any more, and what runs on them runs on. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class EndOfLifeTest {
    private static final String IMAGES = "/api/admin/v1/images";

    @Inject
    Database database;

    @Inject
    Transactions transactions;

    @Inject
    AuditService audit;

    @Inject
    NodeService nodes;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private final String name = "old-" + UUID.randomUUID().toString().substring(0, 8);

    private static RequestSpecification upload(String name, String distribution, String release) {
        return Given.browsing(Given.ADMIN)
                .contentType("application/gzip")
                .header("X-Image-Name", name)
                .header("X-Image-Distribution", distribution)
                .header("X-Image-Release", release)
                .body(Given.archive(UUID.randomUUID().toString()));
    }

    private static ValidatableResponse registered(String distribution, String release) {
        return upload("any", distribution, release).post(IMAGES).then().statusCode(201);
    }

    private static ValidatableResponse put(String image, Map<String, Object> support) {
        return Given.as(Given.ADMIN).body(support).put(IMAGES + "/" + image).then();
    }

    private String image() {
        return upload(name, "plan9", "4")
                .post(IMAGES)
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private String inDays(int days) {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)
                .plusDays(days)
                .toString();
    }

    /** Whether it is for sale at a moment, and on every node before it is ordered. */
    private boolean sold(String image, String moment) {
        ImageService then = new ImageService(
                database,
                transactions,
                audit,
                nodes,
                new ImageTrust(Optional.empty()),
                InstantSource.fixed(Instant.parse(moment)));
        boolean sold =
                then.available().stream().anyMatch(one -> one.id().toString().equals(image));
        String digest = then.get(UUID.fromString(image)).digest();
        assertEquals(sold, then.announced().contains(digest));
        return sold;
    }

    @Test
    void theLastDayIsSoldByUtcAndTheNextIsNot() {
        String image = image();
        put(image, Map.of("endOfLife", "2026-08-31")).statusCode(200);

        assertTrue(sold(image, "2026-08-31T23:59:59.999Z"));
        assertFalse(sold(image, "2026-09-01T00:00:00Z"));
        put(image, Map.of("endOfLife", "2026-08-31", "soldAfterEndOfLife", true))
                .statusCode(200)
                .body("soldAfterEndOfLife", equalTo(true));
        assertTrue(sold(image, "2030-01-01T00:00:00Z"));
    }

    @Test
    void releasesOfKnownDistributionsComeWithTheirDay() {
        registered("debian", "12").body("endOfLife", equalTo("2028-06-30"));
        registered("ubuntu", "24.04").body("endOfLife", equalTo("2029-05-31"));
        registered("alpine", "3.22.1").body("endOfLife", equalTo("2027-05-01"));
        registered("rocky", "9.4").body("endOfLife", equalTo("2032-05-31"));
        registered("rocky", "94").body("endOfLife", nullValue());
        registered("plan9", "4").body("endOfLife", nullValue()).body("soldAfterEndOfLife", equalTo(false));
        upload("any", "debian", "12")
                .header("X-Image-End-Of-Life", "2031-01-02")
                .post(IMAGES)
                .then()
                .body("endOfLife", equalTo("2031-01-02"));
        upload("any", "debian", "12")
                .header("X-Image-End-Of-Life", "soon")
                .post(IMAGES)
                .then()
                .statusCode(422)
                .body("faults.field", hasItem("endOfLife"));
    }

    @Test
    void staffSetAndClearIt() {
        String image = image();
        Map<String, Object> support = Map.of("endOfLife", "2030-02-28", "soldAfterEndOfLife", true);

        put(image, support).statusCode(200).body("endOfLife", equalTo("2030-02-28"));
        put(image, support).statusCode(200);
        assertEquals(1, changes(image), "what changes nothing leaves no trace");
        put(image, Map.of()).statusCode(200).body("endOfLife", nullValue()).body("soldAfterEndOfLife", equalTo(false));
        assertEquals(2, changes(image));
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM audit_event WHERE subject_id = ? AND detail = ?",
                        UUID.fromString(image),
                        name + ": end of life 2030-02-28, sold after it"));

        for (String wrong : new String[] {"2030-02-30", "30.6.2030", "0001-01-01"}) {
            put(image, Map.of("endOfLife", wrong)).statusCode(422).body("faults.field", hasItem("endOfLife"));
        }
        put(UUID.randomUUID().toString(), support).statusCode(404);
        Given.as(Given.SUPPORT).body(support).put(IMAGES + "/" + image).then().statusCode(403);
        Given.as(Given.ADMIN).get(IMAGES).then().body("find { it.id == '%s' }.endOfLife".formatted(image), nullValue());
    }

    private long changes(String image) {
        return database.number(
                "SELECT COUNT(*) AS n FROM audit_event WHERE action = 'image.change' AND subject_id = ?",
                UUID.fromString(image));
    }

    @Test
    void whatIsPastItsEndIsNotOrdered() {
        image();
        String image = image();
        String customer = Given.customer();
        Given.as(customer).get("/api/v1/images").then().body("id", hasItem(image));

        put(image, Map.of("endOfLife", inDays(-1))).statusCode(200);

        // nor does an older one of the same name come back
        Given.as(customer).get("/api/v1/images").then().body("name", not(hasItem(name)));
        for (String wanted : new String[] {image, name}) {
            order(customer, wanted)
                    .statusCode(422)
                    .body("faults.field", equalTo(List.of("imageId")))
                    .body("faults[0].message", containsString(name + ", which has had no security updates since"));
        }
        put(image, Map.of("endOfLife", inDays(-1), "soldAfterEndOfLife", true)).statusCode(200);
        order(customer, name).statusCode(anyOf(equalTo(202), equalTo(409)));
    }

    private static ValidatableResponse order(String customer, String image) {
        Map<String, Object> order = new HashMap<>(Given.order("dinghy"));
        order.put("imageId", image);
        return Given.once(customer).body(order).post("/api/v1/orders").then();
    }

    @Test
    void whatRunsOnItRunsOnAndCanBeBegunAnew() {
        String image = image();
        String owner = "user:" + UUID.randomUUID() + ";customer";
        UUID vps = seed.vps(UUID.fromString(Given.accountOf(owner)), seed.node(), seed.planVersion("EUR"));
        database.update("UPDATE vps SET image_id = ? WHERE id = ?", UUID.fromString(image), vps);
        String path = "/api/v1/vps/" + vps;
        String over = inDays(-30);
        put(image, Map.of("endOfLife", over)).statusCode(200);

        Given.as(owner)
                .get(path)
                .then()
                .statusCode(200)
                .body("observedState", equalTo("RUNNING"))
                .body("image.endOfLife", equalTo(over));
        Map<String, Object> named = Map.of("imageId", image, "snapshotBefore", false);
        refused(Given.once(owner).body(named).post(path + "/reinstalls").then());
        refused(Given.once(owner)
                .body(Map.of("imageId", image))
                .post(path + "/rescue")
                .then());
        Given.once(owner)
                .body(Map.of("snapshotBefore", false))
                .post(path + "/reinstalls")
                .then()
                .statusCode(202);
    }

    private static void refused(ValidatableResponse answer) {
        answer.statusCode(422).body("faults[0].message", containsString("no security updates since"));
    }
}
