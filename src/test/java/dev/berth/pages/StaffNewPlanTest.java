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
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The page on which staff make a plan: whatever the API takes, as people write it. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class StaffNewPlanTest {
    private static final String NEW = "/staff/new-plan";
    private static final String PLANS = "/staff/plans";

    @Inject
    Database database;

    private static String slug() {
        return "n-" + UUID.randomUUID();
    }

    private static String key() {
        return Forms.key(Given.ADMIN, NEW);
    }

    private static Response send(Map<String, String> fields) {
        return Forms.send(Given.ADMIN, NEW, key(), fields);
    }

    /** What the form begins with, and the least that is to be added. Not for sale. */
    private static Map<String, String> sloop(String slug) {
        Map<String, String> fields = Forms.shown(Forms.open(Given.ADMIN, NEW));
        fields.putAll(Map.of("slug", slug, "name", "Sloop <b>", "summary", "For trying.", "line0.unitPrice", "4"));
        return fields;
    }

    private static void price(Map<String, String> fields, int row, Map<String, String> price) {
        price.forEach((name, value) -> fields.put("line" + row + "." + name, value));
    }

    private long made(String slug) {
        return database.number("SELECT COUNT(*) AS n FROM plan WHERE slug = ?", slug);
    }

    private static ValidatableResponse api(String slug) {
        return Given.as(Given.ADMIN).get("/api/admin/v1/plans/" + slug).then().statusCode(200);
    }

    @Test
    void aPlanIsMadeOnceHoweverOftenTheFormIsSent() {
        String slug = slug();
        Map<String, String> fields = sloop(slug);
        fields.putAll(Map.of("limits.memoryBytes", "1.5 GiB", "limits.netReservedBits", "100 Mbit/s"));
        String key = key();

        Forms.done(Forms.send(Given.ADMIN, NEW, key, fields));
        Forms.done(Forms.send(Given.ADMIN, NEW, key, fields));

        assertEquals(1, made(slug));
        api(slug)
                .body("listed", equalTo(false))
                .body("versions", hasSize(1))
                .body("versions[0].plan.limits.cpuBaselineMilli", equalTo(250))
                .body("versions[0].plan.limits.cpuBankMillis", equalTo(600_000))
                .body("versions[0].plan.limits.memoryBytes", equalTo(3 << 29))
                .body("versions[0].plan.limits.netReservedBits", equalTo(100_000_000))
                .body("versions[0].plan.lines.label", contains("Base fee"))
                .body("versions[0].plan.lines[0].unitPrice.amount", equalTo(4.00f));
        String page = Forms.open(Given.ADMIN, PLANS + "/" + slug);
        assertTrue(page.contains("Sloop &lt;b&gt;") && page.contains("not for sale"), page);
        PageRules.check(send(fields), 409);
    }

    @Test
    void itIsForSaleAtOnceWhereThatIsTicked() {
        String slug = slug();
        assertTrue(Forms.open(Given.ADMIN, NEW).contains("name=\"listed\" value=\"yes\" checked"));
        Map<String, String> fields = sloop(slug);
        fields.put("listed", "yes");

        Forms.done(send(fields));

        Given.as(Given.customer()).get("/api/v1/plans/" + slug).then().statusCode(200);
        String path = PLANS + "/" + slug;
        Forms.done(Forms.send(Given.ADMIN, path + "/listed", Forms.key(Given.ADMIN, path), Map.of("listed", "false")));
    }

    /** A fee, hours with an end, use beyond what is included, packages, both kinds of tiers, and a set-up. */
    private static Map<String, String> everyModel(String slug) {
        Map<String, String> fields = sloop(slug);
        fields.put("rows", "8");
        price(
                fields,
                1,
                Map.of("model", "HOURLY", "label", "Hour", "unitLabel", "h", "unitPrice", "0.01", "capPrice", "6"));
        Map<String, String> traffic =
                Map.of("model", "USAGE", "meter", "NETWORK_BYTES_SENT", "unitPrice", "1", "includedQuantity", "1.5 TB");
        price(fields, 2, traffic);
        price(fields, 2, Map.of("label", "Traffic", "unitLabel", "TB", "unitQuantity", "1 TB"));
        price(fields, 3, Map.of("model", "PACKAGE", "meter", "MEMORY", "unitPrice", "0.003"));
        price(fields, 3, Map.of("label", "Memory", "unitLabel", "GiB hour", "unitQuantity", "1 GiB h"));
        price(fields, 4, Map.of("model", "TIERED", "meter", "CPU_TIME"));
        fields.put("line4.tiers", "10 h:0.05, 100 h: 0.045,:0.04");
        price(fields, 4, Map.of("label", "CPU", "unitLabel", "vCPU hour", "unitQuantity", "1 h"));
        price(fields, 5, Map.of("model", "VOLUME", "meter", "IP_ADDRESS", "tiers", "720 h:0.01, :0.005"));
        price(fields, 5, Map.of("label", "Addresses", "unitLabel", "hour", "unitQuantity", "1 h"));
        price(fields, 6, Map.of("model", "ONE_OFF", "label", "Set-up", "unitLabel", "VPS", "unitPrice", "2"));
        return fields;
    }

    @Test
    void everyModelOfPriceCanBeFilledInAndSentAgainAsItIsShown() {
        String slug = slug();
        Forms.done(send(everyModel(slug)));

        List<Map<String, Object>> lines = api(slug)
                .body(
                        "versions[0].plan.lines.model",
                        contains("RECURRING", "HOURLY", "USAGE", "PACKAGE", "TIERED", "VOLUME", "ONE_OFF"))
                .body("versions[0].plan.lines[2].includedQuantity", equalTo(1_500_000_000_000L))
                .body("versions[0].plan.lines[3].unitQuantity", equalTo(3600L << 30))
                .body("versions[0].plan.lines[4].tiers[1].upToQuantity", equalTo(360_000_000_000L))
                .extract()
                .path("versions[0].plan.lines");
        String path = PLANS + "/" + slug;
        Map<String, String> shown = new HashMap<>(Forms.shown(Forms.open(Given.ADMIN, path)));
        Forms.done(Forms.send(Given.ADMIN, path + "/versions", Forms.key(Given.ADMIN, path), shown));
        api(slug).body("versions", hasSize(2)).body("versions[0].plan.lines", equalTo(lines));
    }

    @Test
    void allThatIsWrongIsSaidAtOnceAndWhatWasTypedStays() {
        Map<String, String> fields = sloop("No Slug");
        fields.putAll(Map.of("name", "", "position", "first", "currency", "BEN", "validFrom", "soon"));
        fields.putAll(Map.of("limits.memoryBytes", "512", "limits.cpuCeilingMilli", "fast", "limits.diskBytes", ""));
        price(fields, 2, Map.of("model", "TIERED", "meter", "NETWORK_BYTES_SENT", "label", "T", "unitLabel", "TB"));
        price(fields, 2, Map.of("unitQuantity", "1 parsec", "tiers", "1 h:0.05, :0.04"));

        String page = Forms.refused(
                send(fields),
                "slug",
                "name",
                "position",
                "currency",
                "validFrom",
                "limits.memoryBytes",
                "limits.cpuCeilingMilli",
                "limits.diskBytes",
                "line2.unitQuantity",
                "line2.tiers");

        assertTrue(page.contains("It is no quantity such as 512 MiB."), page);
        assertTrue(page.contains("It is no quantity such as 1 TB."), page);
        assertTrue(page.contains("value=\"1 parsec\"") && page.contains("value=\"No Slug\""), "what was typed is kept");
        assertEquals(0, made("No Slug"));
    }

    @Test
    void aPlanWithoutPricesIsNone() {
        String slug = slug();
        Map<String, String> fields = sloop(slug);
        price(fields, 0, Map.of("model", "", "label", ""));

        assertTrue(Forms.refused(send(fields)).contains("id=\"lines-fault\""));
        assertEquals(0, made(slug));
    }

    @Test
    void moreRowsComeWithWhatWasTyped() {
        String slug = slug();
        Map<String, String> fields = sloop(slug);
        fields.put("more", "yes");

        Response roomier = send(fields);

        PageRules.check(roomier, 200);
        String page = roomier.asString();
        assertTrue(page.contains("name=\"rows\" value=\"7\"") && page.contains("id=\"line6.label\""), page);
        assertTrue(page.contains("value=\"" + slug + "\"") && page.contains("Sloop &lt;b&gt;"), page);
        assertEquals(0, made(slug));
    }

    @Test
    void oneBeginsWithWhatAnotherHas() {
        String slug = slug();
        Map<String, String> fields = sloop(slug);
        fields.putAll(Map.of("limits.memoryBytes", "3 GiB", "line0.unitPrice", "7.77"));
        Forms.done(send(fields));
        assertTrue(Forms.open(Given.ADMIN, PLANS + "/" + slug).contains(NEW + "?like=" + slug));

        Map<String, String> shown = Forms.shown(Forms.open(Given.ADMIN, NEW + "?like=" + slug));

        assertEquals("3 GiB", shown.get("limits.memoryBytes"));
        assertEquals("7.77", shown.get("line0.unitPrice"));
        assertEquals("RECURRING", shown.get("line0.model"));
        assertEquals("", shown.get("name"));
        PageRules.check(Given.browsing(Given.ADMIN).get(NEW + "?like=no-such"), 404);
    }

    @Test
    void onlyAdministratorsMakePlans() {
        assertTrue(Forms.open(Given.ADMIN, PLANS).contains(NEW));
        assertFalse(Forms.open(Given.SUPPORT, PLANS).contains(NEW));
        PageRules.check(Given.browsing(Given.SUPPORT).get(NEW), 403);
        String slug = slug();
        PageRules.check(Forms.send(Given.SUPPORT, NEW, UUID.randomUUID().toString(), Map.of("slug", slug)), 403);
        PageRules.check(Given.browsing(Given.customer()).get(NEW), 403);
        assertEquals(0, made(slug));
    }
}
