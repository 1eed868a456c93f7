package dev.berth.pages;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The pages on which resellers sell plans and add-ons of the house at their own prices. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class RetailPagesTest {
    private static final String PLANS = "/billing/plans";
    private static final String ADD_ONS = "/billing/add-ons";

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private static String stranger() {
        return "client:q-" + UUID.randomUUID() + ";reseller";
    }

    /** One that is billed for its customers. */
    private String reseller() {
        String reseller = "client:p-" + UUID.randomUUID() + ";reseller";
        seed.terms(UUID.fromString(Given.accountOf(reseller)), clock.instant());
        return reseller;
    }

    private static String slug() {
        return "s-" + UUID.randomUUID();
    }

    private static Response send(String caller, String path, Map<String, String> fields) {
        return Forms.send(caller, path, UUID.randomUUID().toString(), fields);
    }

    @Test
    void aResellerSellsAPlanAtItsOwnPrices() {
        String reseller = reseller();
        String slug = slug();
        Map<String, String> fields = new HashMap<>(Map.of("slug", slug, "name", "Mine", "summary", "For you."));
        fields.putAll(Map.of("wholesale", "dinghy", "rows", "3", "line1.model", "RECURRING", "line1.label", "Fee"));
        fields.putAll(Map.of("line1.unitLabel", "month", "line1.unitPrice", "dear"));

        Forms.refused(Forms.send(reseller, PLANS, Forms.key(reseller, PLANS), fields), "line1.unitPrice");
        fields.put("line1.unitPrice", "12.00");
        Forms.done(Forms.send(reseller, PLANS, Forms.key(reseller, PLANS), fields));

        String own = PLANS + "/" + slug;
        fields.put("line1.unitPrice", "13.00");
        Forms.done(Forms.send(reseller, own + "/versions", Forms.key(reseller, own), fields));
        Forms.done(Forms.send(reseller, own + "/listed", Forms.key(reseller, own), Map.of("listed", "false")));
        Forms.done(Forms.send(
                reseller, own + "/face", Forms.key(reseller, own), Map.of("name", "Ours", "summary", "For all.")));
        Given.as(reseller)
                .get("/api/v1/retail-plans/" + slug)
                .then()
                .body("plan.version", equalTo(2))
                .body("plan.name", equalTo("Ours"))
                .body("listed", equalTo(false));
        String staff = Forms.open(Given.ADMIN, "/staff/plans");
        assertTrue(staff.contains(slug) && staff.contains("/staff/accounts/" + Given.accountOf(reseller)), staff);
        PageRules.check(Given.browsing(Given.customer()).get(PLANS), 403);
        PageRules.check(Given.browsing(stranger()).get(own), 404);
    }

    @Test
    void moreRowsComeWithWhatWasTyped() {
        String reseller = reseller();
        Map<String, String> fields = Map.of("name", "Mine", "rows", "3", "more", "yes");

        Response roomier = send(reseller, PLANS, fields);

        PageRules.check(roomier, 200);
        assertTrue(roomier.asString().contains("name=\"rows\" value=\"6\""), roomier.asString());
        assertTrue(roomier.asString().contains("value=\"Mine\""), roomier.asString());
    }

    @Test
    void withoutTermsThereIsNothingToSell() {
        String reseller = stranger();
        Given.accountOf(reseller);
        for (String path : new String[] {PLANS, ADD_ONS}) {
            assertTrue(Forms.open(reseller, path).contains("no wholesale terms yet"), path);
            PageRules.check(send(reseller, path, ours(slug(), "ipv4-address", "3.00")), 409);
        }
        String billing = Forms.open(reseller, "/billing");
        assertTrue(billing.contains(PLANS) && billing.contains(ADD_ONS), billing);
    }

    private static Map<String, String> ours(String slug, String below, String monthly) {
        return Map.of(
                "slug",
                slug,
                "name",
                "Our <b>address</b>",
                "summary",
                "",
                "wholesale",
                below,
                "monthlyPrice",
                monthly,
                "setupPrice",
                "");
    }

    /** An add-on of the house at 2.00 a month. */
    private static String below() {
        String slug = slug();
        Given.once(Given.ADMIN)
                .body(Map.of("slug", slug, "name", "Care", "kind", "OTHER", "most", 5, "monthlyPrice", 2))
                .post("/api/admin/v1/add-ons")
                .then()
                .statusCode(201);
        return slug;
    }

    /** So that no other test finds it on the shelf. */
    private static void away(String slug) {
        Given.as(Given.ADMIN)
                .body(Map.of("listed", false))
                .patch("/api/admin/v1/add-ons/" + slug)
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse api(String reseller, String slug) {
        return Given.as(reseller).get("/api/v1/retail-add-ons/" + slug).then().statusCode(200);
    }

    @Test
    void aResellerMakesAnAddOnOnceHoweverOftenTheFormIsSent() {
        String reseller = reseller();
        String below = below();
        String slug = slug();
        String key = Forms.key(reseller, ADD_ONS);
        assertTrue(Forms.open(reseller, ADD_ONS).contains("<option value=\"" + below + "\">Care: €2.00 a month"));

        Forms.done(Forms.send(reseller, ADD_ONS, key, ours(slug, below, "3.00")));
        Forms.done(Forms.send(reseller, ADD_ONS, key, ours(slug, below, "3.00")));

        Given.as(reseller).get("/api/v1/retail-add-ons").then().body("", hasSize(1));
        api(reseller, slug)
                .body("addOn.monthlyPrice.amount", equalTo(3.00f))
                .body("wholesale.monthlyPrice.amount", equalTo(2.00f))
                .body("listed", equalTo(true));
        String all = Forms.open(reseller, ADD_ONS);
        assertTrue(all.contains(slug) && all.contains("Our &lt;b&gt;address&lt;/b&gt;"), all);
        assertTrue(all.contains("€3.00") && all.contains("€2.00"), all);
        PageRules.check(send(reseller, ADD_ONS, ours(slug, below, "4.00")), 409);
        String staff = Forms.open(Given.ADMIN, "/staff/add-ons");
        assertTrue(staff.contains(slug) && staff.contains("/staff/accounts/" + Given.accountOf(reseller)), staff);
        away(below);
    }

    @Test
    void anAddOnGetsANewPriceOverTheHousesAndIsTakenOffTheShelf() {
        String reseller = reseller();
        String below = below();
        String slug = slug();
        String own = ADD_ONS + "/" + slug;
        Forms.done(send(reseller, ADD_ONS, ours(slug, below, "3.00")));
        Given.once(Given.ADMIN)
                .body(Map.of("monthlyPrice", "2.50"))
                .post("/api/admin/v1/add-ons/" + below + "/versions")
                .then()
                .statusCode(201);
        assertTrue(Forms.open(reseller, own).contains("The house sells Care at €2.50 a month"));

        Map<String, String> prices = Forms.shown(Forms.open(reseller, own));
        prices.putAll(Map.of("monthlyPrice", "3.75", "setupPrice", "1.25"));
        Forms.done(Forms.send(reseller, own + "/versions", Forms.key(reseller, own), prices));
        Forms.done(Forms.send(
                reseller, own + "/face", Forms.key(reseller, own), Map.of("name", "Ours", "summary", "For all.")));
        Forms.done(Forms.send(reseller, own + "/listed", Forms.key(reseller, own), Map.of("listed", "false")));

        api(reseller, slug)
                .body("addOn.version", equalTo(2))
                .body("addOn.name", equalTo("Ours"))
                .body("addOn.monthlyPrice.amount", equalTo(3.75f))
                .body("addOn.setupPrice.amount", equalTo(1.25f))
                .body("wholesale.version", equalTo(2))
                .body("listed", equalTo(false));
        String page = Forms.open(reseller, own);
        assertTrue(page.contains("Version 2") && page.contains("€3.75") && page.contains("not for sale"), page);
        assertFalse(page.contains("The house sells"), page);
        away(below);
    }

    @Test
    void allThatIsWrongWithAnAddOnIsSaidAtOnce() {
        String reseller = reseller();
        String below = below();
        Map<String, String> wrong = new HashMap<>(ours("No Slug", below, "dear"));
        wrong.putAll(Map.of("name", "", "setupPrice", "-1"));

        String page = Forms.refused(send(reseller, ADD_ONS, wrong), "slug", "name", "monthlyPrice", "setupPrice");

        assertTrue(page.contains("value=\"No Slug\"") && page.contains("value=\"dear\""), "what was typed is kept");
        assertTrue(page.contains("<option value=\"" + below + "\" selected>"), page);
        Forms.refused(send(reseller, ADD_ONS, ours(slug(), "no-such", "3.00")), "wholesale");
        String slug = slug();
        Forms.done(send(reseller, ADD_ONS, ours(slug, below, "3.00")));
        String own = ADD_ONS + "/" + slug;
        Forms.refused(send(reseller, own + "/versions", Map.of("monthlyPrice", "x")), "monthlyPrice");
        Forms.refused(send(reseller, own + "/face", Map.of("name", "")), "name");
        api(reseller, slug).body("addOn.version", equalTo(1)).body("addOn.name", equalTo("Our <b>address</b>"));
        away(below);
    }

    @Test
    void nobodyElseSeesOrChangesThem() {
        String reseller = reseller();
        String slug = slug();
        Forms.done(send(reseller, ADD_ONS, ours(slug, "ipv4-address", "3.00")));
        String own = ADD_ONS + "/" + slug;
        String other = reseller();

        assertFalse(Forms.open(other, ADD_ONS).contains(slug));
        PageRules.check(Given.browsing(other).get(own), 404);
        for (String form : new String[] {"/versions", "/face", "/listed"}) {
            PageRules.check(send(other, own + form, Map.of("name", "Theirs", "monthlyPrice", "0")), 404);
            PageRules.check(send(Given.customer(), own + form, Map.of("name", "Theirs", "monthlyPrice", "0")), 403);
        }
        PageRules.check(Given.browsing(Given.customer()).get(ADD_ONS), 403);
        PageRules.check(Given.browsing(Given.ADMIN).get(ADD_ONS), 403);
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM add_on_version v JOIN add_on o ON o.id ="
                                + " v.add_on_id WHERE o.slug = ? AND o.listed AND o.name LIKE 'Our %'",
                        slug));
    }
}
