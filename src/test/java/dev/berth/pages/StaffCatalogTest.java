package dev.berth.pages;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The pages on which staff make what is sold, sell it at new prices, and take it off the shelf. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class StaffCatalogTest {
    private static final String ADD_ONS = "/staff/add-ons";
    private static final String PLANS = "/staff/plans";

    @Inject
    Database database;

    private static String open(String path) {
        return Forms.open(Given.ADMIN, path);
    }

    private static String key(String path) {
        return Forms.key(Given.ADMIN, path);
    }

    private static String slug() {
        return "s-" + UUID.randomUUID();
    }

    private static Map<String, String> careAt(String slug) {
        return Map.of(
                "slug",
                slug,
                "name",
                "Care <b>plus</b>",
                "kind",
                "OTHER",
                "meter",
                "",
                "most",
                "5",
                "monthlyPrice",
                "9.50",
                "setupPrice",
                "");
    }

    private long count(String select, String slug) {
        return database.number(select, slug);
    }

    @Test
    void anAddOnIsMadeOnceHoweverOftenTheFormIsSent() {
        String slug = slug();
        String key = key(ADD_ONS);

        assertEquals(303, Forms.send(Given.ADMIN, ADD_ONS, key, careAt(slug)).statusCode());
        assertEquals(303, Forms.send(Given.ADMIN, ADD_ONS, key, careAt(slug)).statusCode());

        assertEquals(1, count("SELECT COUNT(*) AS n FROM add_on WHERE slug = ?", slug));
        String page = open(ADD_ONS);
        assertTrue(page.contains(slug) && page.contains("Care &lt;b&gt;plus&lt;/b&gt;"), page);
        Response again = Forms.send(Given.ADMIN, ADD_ONS, key(ADD_ONS), careAt(slug));
        PageRules.check(again, 409);
    }

    @Test
    void anAddOnGetsANewPriceAndIsTakenOffTheShelf() {
        String slug = slug();
        String path = ADD_ONS + "/" + slug;
        Forms.send(Given.ADMIN, ADD_ONS, key(ADD_ONS), careAt(slug));

        assertEquals(
                303,
                Forms.send(
                                Given.ADMIN,
                                path + "/versions",
                                key(path),
                                Map.of("monthlyPrice", "11", "setupPrice", "1.25"))
                        .statusCode());
        assertEquals(
                303,
                Forms.send(
                                Given.ADMIN,
                                path + "/face",
                                key(path),
                                Map.of("name", "Care", "summary", "We look after it."))
                        .statusCode());
        assertEquals(
                303,
                Forms.send(Given.ADMIN, path + "/listed", key(path), Map.of("listed", "false"))
                        .statusCode());

        String page = open(path);
        assertTrue(page.contains("Version 2") && page.contains("11.00") && page.contains("1.25"), page);
        assertTrue(page.contains("We look after it.") && page.contains("not for sale"), page);
        assertEquals(
                2,
                count(
                        "SELECT COUNT(*) AS n FROM add_on_version v JOIN add_on o ON o.id = v.add_on_id WHERE o.slug = ?",
                        slug));
        assertEquals(0, count("SELECT listed AS n FROM add_on WHERE slug = ?", slug));
        Forms.send(Given.ADMIN, path + "/listed", key(path), Map.of("listed", "true"));
        assertEquals(1, count("SELECT listed AS n FROM add_on WHERE slug = ?", slug));
    }

    @Test
    void allThatIsWrongWithAnAddOnIsSaidAtOnce() {
        Map<String, String> wrong = Map.of(
                "slug",
                "No Slug",
                "name",
                "",
                "kind",
                "ALLOWANCE",
                "most",
                "many",
                "quantity",
                "0.5",
                "monthlyPrice",
                "x");

        Response refused = Forms.send(Given.ADMIN, ADD_ONS, key(ADD_ONS), wrong);

        PageRules.check(refused, 422);
        String page = refused.asString();
        for (String field : List.of("slug", "name", "meter", "most", "quantity", "monthlyPrice")) {
            assertTrue(page.contains("id=\"" + field + "-fault\" role=\"alert\""), field + ": " + page);
        }
        assertTrue(page.contains("value=\"No Slug\""), "what was typed is kept");
        String slug = slug();
        Forms.send(Given.ADMIN, ADD_ONS, key(ADD_ONS), careAt(slug));
        Response price = Forms.send(
                Given.ADMIN,
                ADD_ONS + "/" + slug + "/versions",
                key(ADD_ONS),
                Map.of("monthlyPrice", "-1", "setupPrice", "1e5"));
        PageRules.check(price, 422);
        assertTrue(price.asString().contains("id=\"setupPrice-fault\" role=\"alert\""), price.asString());
    }

    @Test
    void whatAnAddOnGivesIsWrittenWithItsUnit() {
        String slug = slug();
        Map<String, String> traffic = new HashMap<>(careAt(slug));
        traffic.putAll(Map.of("kind", "ALLOWANCE", "meter", "NETWORK_BYTES_SENT", "quantity", "1 parsec"));

        String refused = Forms.refused(Forms.send(Given.ADMIN, ADD_ONS, key(ADD_ONS), traffic), "quantity");
        assertTrue(refused.contains("It is no quantity such as 1 TB."), refused);
        traffic.put("quantity", "1.5 TB");
        Forms.done(Forms.send(Given.ADMIN, ADD_ONS, key(ADD_ONS), traffic));
        String credit = slug();
        Map<String, String> pack = new HashMap<>(careAt(credit));
        pack.putAll(Map.of("kind", "CPU_CREDIT", "quantity", "10 h", "monthlyPrice", "", "setupPrice", "5"));
        Forms.done(Forms.send(Given.ADMIN, ADD_ONS, key(ADD_ONS), pack));

        assertEquals(1_500_000_000_000L, count("SELECT quantity AS n FROM add_on WHERE slug = ?", slug));
        assertEquals(36_000, count("SELECT quantity AS n FROM add_on WHERE slug = ?", credit));
        assertTrue(open(ADD_ONS).contains("10 vCPU h"));
        for (String made : List.of(slug, credit)) {
            Forms.done(
                    Forms.send(Given.ADMIN, ADD_ONS + "/" + made + "/listed", key(ADD_ONS), Map.of("listed", "false")));
        }
    }

    @Test
    void supportLooksAndChangesNothing() {
        String slug = slug();
        Forms.send(Given.ADMIN, ADD_ONS, key(ADD_ONS), careAt(slug));
        for (String path : List.of(ADD_ONS, ADD_ONS + "/" + slug)) {
            Response page = Given.browsing(Given.SUPPORT).get(path);
            PageRules.check(page, 200);
            assertFalse(page.asString().contains("method=\"post\" action=\"/staff/add-ons"), page.asString());
        }
        PageRules.check(Forms.send(Given.SUPPORT, ADD_ONS, UUID.randomUUID().toString(), careAt(slug())), 403);
        PageRules.check(Given.browsing(Given.customer()).get(ADD_ONS), 403);
    }

    /** At 4.00 a month and 0.10 for each 100 bytes sent. */
    private static String plan() {
        String slug = slug();
        Map<String, Object> limits = Map.of(
                "cpuBaselineMilli", 250,
                "cpuCeilingMilli", 1000,
                "cpuBankMillis", 60_000,
                "memoryBytes", 256 << 20,
                "processes", 256,
                "diskBytes", 2L << 30);
        Map<String, Object> fee =
                Map.of("model", "RECURRING", "label", "Base fee", "unitLabel", "month", "unitPrice", "4");
        Map<String, Object> sent = Map.of(
                "model",
                "USAGE",
                "meter",
                "NETWORK_BYTES_SENT",
                "label",
                "Traffic",
                "unitLabel",
                "100 B",
                "unitQuantity",
                100,
                "unitPrice",
                "0.10");
        Given.once(Given.ADMIN)
                .body(Map.of(
                        "slug",
                        slug,
                        "name",
                        "Sloop",
                        "summary",
                        "For trying.",
                        "listed",
                        false,
                        "version",
                        Map.of("limits", limits, "lines", List.of(fee, sent))))
                .post("/api/admin/v1/plans")
                .then()
                .statusCode(201);
        return slug;
    }

    @Test
    void aPlanIsSoldInANewVersionAndTakenOffTheShelf() {
        String slug = plan();
        String path = PLANS + "/" + slug;
        assertTrue(open(PLANS).contains(slug));
        Map<String, String> fields = Forms.shown(open(path));
        fields.put("limits.memoryBytes", "512 MiB");
        // the first price goes, the second costs more, and a tiered one comes in the last row
        fields.putAll(Map.of("line0.model", "", "line0.label", "", "line1.unitPrice", "0.25"));
        fields.putAll(Map.of("line3.model", "TIERED", "line3.meter", "CPU_TIME", "line3.label", "CPU"));
        fields.putAll(
                Map.of("line3.unitLabel", "s", "line3.unitQuantity", "1000000", "line3.tiers", "1000:0.05, :0.04"));
        String key = key(path);

        assertEquals(
                303, Forms.send(Given.ADMIN, path + "/versions", key, fields).statusCode());
        assertEquals(
                303, Forms.send(Given.ADMIN, path + "/versions", key, fields).statusCode());

        Given.as(Given.ADMIN)
                .get("/api/admin/v1/plans/" + slug)
                .then()
                .body("versions", hasSize(2))
                .body("versions[0].plan.limits.memoryBytes", equalTo(512 << 20))
                .body("versions[0].plan.limits.diskBytes", equalTo(2L << 30))
                .body("versions[0].plan.lines.label", contains("Traffic", "CPU"))
                .body("versions[0].plan.lines[0].unitPrice.amount", equalTo(0.25f))
                .body("versions[0].plan.lines[1].tiers", hasSize(2));
        Forms.send(Given.ADMIN, path + "/listed", key(path), Map.of("listed", "true"));
        assertEquals(1, count("SELECT listed AS n FROM plan WHERE slug = ?", slug));
        Forms.send(Given.ADMIN, path + "/listed", key(path), Map.of("listed", "false"));
        assertEquals(0, count("SELECT listed AS n FROM plan WHERE slug = ?", slug));
        assertEquals(
                303,
                Forms.send(
                                Given.ADMIN,
                                path + "/face",
                                key(path),
                                Map.of("name", "Yawl", "summary", "Bigger.", "position", "7"))
                        .statusCode());
        assertTrue(open(path).contains("Yawl"));
    }

    @Test
    void allThatIsWrongWithAVersionIsSaidBesideItsField() {
        String slug = plan();
        String path = PLANS + "/" + slug;
        Map<String, String> fields = Forms.shown(open(path));
        fields.putAll(Map.of("limits.memoryBytes", "much", "validFrom", "soon", "line0.model", "", "line0.label", ""));
        fields.putAll(Map.of("line1.unitPrice", "x", "line3.model", "TIERED", "line3.meter", "CPU_TIME"));
        fields.putAll(Map.of("line3.label", "CPU", "line3.unitLabel", "s", "line3.tiers", "ten:0.05, :0.04"));

        Response refused = Forms.send(Given.ADMIN, path + "/versions", key(path), fields);

        PageRules.check(refused, 422);
        String page = refused.asString();
        for (String field : List.of("limits.memoryBytes", "validFrom", "line1.unitPrice", "line3.tiers")) {
            assertTrue(page.contains("id=\"" + field + "-fault\" role=\"alert\""), field + ": " + page);
        }
        assertTrue(page.contains("value=\"ten:0.05, :0.04\""), "what was typed is kept");
        assertEquals(
                1,
                count(
                        "SELECT COUNT(*) AS n FROM plan_version v JOIN plan p ON p.id = v.plan_id WHERE p.slug = ?",
                        slug));
    }

    @Test
    void supportLooksAtPlansAndChangesNothing() {
        String slug = plan();
        for (String path : List.of(PLANS, PLANS + "/" + slug)) {
            Response page = Given.browsing(Given.SUPPORT).get(path);
            PageRules.check(page, 200);
            assertFalse(page.asString().contains("action=\"/staff/plans"), page.asString());
        }
        PageRules.check(
                Forms.send(
                        Given.SUPPORT,
                        PLANS + "/" + slug + "/listed",
                        UUID.randomUUID().toString(),
                        Map.of()),
                403);
        PageRules.check(Given.browsing(Given.customer()).get(PLANS), 403);
        PageRules.check(Given.browsing(Given.ADMIN).get(PLANS + "/no-such"), 404);
    }
}
