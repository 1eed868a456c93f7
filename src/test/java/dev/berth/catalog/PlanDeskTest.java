package dev.berth.catalog;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Staff make plans and sell them at new prices; what was bought keeps its own. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class PlanDeskTest {
    private static final String PLANS = "/api/admin/v1/plans";
    private static final Map<String, Object> LIMITS = Map.of(
            "cpuBaselineMilli", 250,
            "cpuCeilingMilli", 1000,
            "cpuBankMillis", 60_000,
            "memoryBytes", 256 << 20,
            "processes", 256,
            "diskBytes", 2L << 30);

    @Inject
    Database database;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private final String slug = "p" + UUID.randomUUID();

    private static Map<String, Object> fee(String price) {
        return Map.of("model", "RECURRING", "label", "Base fee", "unitLabel", "month", "unitPrice", price);
    }

    private Map<String, Object> plan(List<Map<String, Object>> lines) {
        return Map.of(
                "slug",
                slug,
                "name",
                "Sloop",
                "summary",
                "For trying.",
                "listed",
                false,
                "version",
                Map.of("limits", LIMITS, "lines", lines));
    }

    private static ValidatableResponse create(Map<String, Object> plan) {
        return Given.once(Given.ADMIN).body(plan).post(PLANS).then();
    }

    private ValidatableResponse addVersion(Map<String, Object> version) {
        return Given.once(Given.ADMIN)
                .body(version)
                .post(PLANS + "/" + slug + "/versions")
                .then();
    }

    private ValidatableResponse impact(Map<String, Object> version) {
        return Given.as(Given.ADMIN)
                .body(version)
                .post(PLANS + "/" + slug + "/impact")
                .then();
    }

    @Test
    void everyModelComesBackAsItWasGiven() {
        Map<String, Object> hourly = new HashMap<>(fee("0.01"));
        hourly.putAll(Map.of("model", "HOURLY", "capPrice", "6.00"));
        Map<String, Object> metered = Map.of(
                "model",
                "PACKAGE",
                "meter",
                "NETWORK_BYTES_SENT",
                "label",
                "Traffic",
                "unitLabel",
                "TB",
                "includedQuantity",
                "2000000000000",
                "unitQuantity",
                "1000000000000",
                "unitPrice",
                "1.50");
        Map<String, Object> volume = Map.of(
                "model",
                "VOLUME",
                "meter",
                "CPU_TIME",
                "label",
                "CPU",
                "unitLabel",
                "vCPU hour",
                "unitQuantity",
                "3600000000",
                "tiers",
                List.of(Map.of("upToQuantity", "36000000000", "unitPrice", "0.02"), Map.of("unitPrice", "0.015")));

        create(plan(List.of(hourly, metered, volume)))
                .statusCode(201)
                .body("versions", hasSize(1))
                .body("versions[0].plan.lines.model", contains("HOURLY", "PACKAGE", "VOLUME"))
                .body("versions[0].plan.lines[0].capPrice.amount", equalTo(6.00f))
                .body("versions[0].plan.lines[1].includedQuantity.toString()", containsString("2000000000000"))
                .body("versions[0].plan.lines[2].tiers.unitPrice.amount", contains(0.02f, 0.015f))
                .body("versions[0].plan.lines[2].tiers[1].upToQuantity", nullValue())
                .body("versions[0].subscriptions", equalTo(0));
        Given.as(Given.SUPPORT).get(PLANS).then().statusCode(200).body("slug", hasItem(slug));
    }

    @Test
    void everyFaultOfALineIsNamedAtOnce() {
        Map<String, Object> wrong = new HashMap<>(fee("-1"));
        wrong.putAll(Map.of("model", "USAGE", "meter", "STEPS", "label", "", "unitQuantity", 0, "capPrice", "5"));
        Map<String, Object> five = Map.of("upToQuantity", 5, "unitPrice", 1);
        Map<String, Object> tiered = new HashMap<>(fee("1"));
        tiered.putAll(Map.of("model", "TIERED", "meter", "CPU_TIME", "tiers", List.of(five, five)));

        create(plan(List.of(wrong, tiered, Map.of("model", "FREE"))))
                .statusCode(422)
                .body(
                        "faults.field",
                        containsInAnyOrder(
                                "lines[0].meter",
                                "lines[0].label",
                                "lines[0].unitQuantity",
                                "lines[0].unitPrice",
                                "lines[0].capPrice",
                                "lines[1].tiers[1].upToQuantity",
                                "lines[1].tiers[1].upToQuantity",
                                "lines[2].model",
                                "lines[2].label",
                                "lines[2].unitLabel",
                                "lines[2].unitPrice"));
    }

    @Test
    void everyFaultOfAPlanIsNamedAtOnce() {
        Map<String, Object> limits = Map.of("cpuBaselineMilli", 500, "cpuCeilingMilli", 250);
        Map<String, Object> version =
                Map.of("validFrom", "2020-01-01T00:00:00Z", "currency", "BEN", "limits", limits, "lines", List.of());

        create(Map.of("slug", "Big Boat", "name", "x", "summary", "y", "position", -1, "version", version))
                .statusCode(422)
                .body(
                        "faults.field",
                        containsInAnyOrder(
                                "slug",
                                "position",
                                "validFrom",
                                "currency",
                                "limits.cpuCeilingMilli",
                                "limits.cpuBankMillis",
                                "limits.memoryBytes",
                                "limits.processes",
                                "limits.diskBytes",
                                "lines"));
    }

    @Test
    void whoBoughtAtTheOldPriceKeepsIt() {
        create(plan(List.of(fee("5")))).statusCode(201);
        UUID first = UUID.fromString(
                Given.as(Given.ADMIN).get(PLANS + "/" + slug).then().extract().path("versions[0].plan.versionId"));
        UUID account = seed.account();
        UUID vps = seed.vps(account, seed.node(), first);
        seed.subscription(vps, account, first, clock.instant(), Optional.empty());

        addVersion(Map.of("lines", List.of(fee("7")), "limits", Map.of("memoryBytes", 512 << 20)))
                .statusCode(201)
                .body("versions.plan.version", contains(2, 1))
                .body("versions.subscriptions", contains(0, 1))
                .body("versions.plan.lines.unitPrice.amount.flatten()", contains(7.00f, 5.00f))
                .body("versions.plan.limits.memoryBytes", contains(512 << 20, 256 << 20))
                .body("versions.plan.limits.processes", contains(256, 256));
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM subscription WHERE vps_id = ? AND plan_version_id = ?", vps, first));
    }

    @Test
    void finerLimitsAreHandedDownAsFarAsTheyFit() {
        create(plan(List.of(fee("5")))).statusCode(201);
        database.update(
                "UPDATE plan_version v JOIN plan p ON p.id = v.plan_id SET v.memory_high_bytes = v.memory_bytes,"
                        + " v.io_weight = 77, v.net_ceiling_bits = 1000000 WHERE p.slug = ?",
                slug);

        addVersion(Map.of("limits", Map.of("memoryBytes", 128 << 20, "netReservedBits", 2_000_000)))
                .statusCode(201);

        String newest = "SELECT %s AS n FROM plan_version v JOIN plan p ON p.id = v.plan_id"
                + " WHERE p.slug = ? AND v.version = 2";
        assertEquals(128 << 20, database.number(newest.formatted("v.memory_high_bytes"), slug));
        assertEquals(77, database.number(newest.formatted("v.io_weight"), slug));
        assertEquals(2_000_000, database.number(newest.formatted("v.net_ceiling_bits"), slug));
    }

    @Test
    void aPriceFromALaterDayIsNotSoldBeforeIt() {
        create(plan(List.of(fee("5")))).statusCode(201);
        Instant later = clock.instant().plus(30, ChronoUnit.DAYS);
        addVersion(Map.of("lines", List.of(fee("9")), "validFrom", later.toString()))
                .statusCode(201);
        Given.as(Given.ADMIN)
                .body(Map.of("listed", true))
                .patch(PLANS + "/" + slug)
                .then()
                .statusCode(200);

        Given.browsing(Given.ADMIN)
                .get("/api/v1/plans/" + slug)
                .then()
                .statusCode(200)
                .body("version", equalTo(1));
        addVersion(Map.of("lines", List.of(fee("6"))))
                .statusCode(422)
                .body("faults.field", contains("validFrom"))
                .body("faults[0].message", containsString("version 2"));
        impact(Map.of("lines", List.of(fee("6"))))
                .statusCode(422)
                .body("faults.field", contains("validFrom"))
                .body("faults[0].message", containsString("version 2"));
        impact(Map.of("lines", List.of(fee("6")), "validFrom", later.toString()))
                .statusCode(200)
                .body("plan.version", equalTo(3));
        Given.as(Given.ADMIN)
                .body(Map.of("listed", false))
                .patch(PLANS + "/" + slug)
                .then()
                .statusCode(200);
        Given.browsing(Given.ADMIN).get("/api/v1/plans").then().body("slug", not(hasItem(slug)));
    }

    @Test
    void twoNewVersionsAtOnceGetTwoNumbers() throws Exception {
        create(plan(List.of(fee("5")))).statusCode(201);
        List<Callable<Integer>> posts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String price = Integer.toString(10 + i);
            posts.add(() ->
                    addVersion(Map.of("lines", List.of(fee(price)))).extract().statusCode());
        }
        long made = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(posts.size())) {
            for (Future<Integer> status : threads.invokeAll(posts)) {
                made += status.get() == 201 ? 1 : 0;
            }
        }

        long versions = database.number(
                "SELECT COUNT(*) AS n FROM plan_version v JOIN plan p ON p.id = v.plan_id WHERE p.slug = ?", slug);
        assertEquals(made + 1, versions);
    }

    @Test
    void aNameIsTakenOnlyOnce() {
        create(plan(List.of(fee("5")))).statusCode(201);

        create(plan(List.of(fee("6")))).statusCode(409).body("code", equalTo("slug-taken"));
    }
}
