package dev.berth.pages;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Billing details of customers, and sellers for staff. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class PartyPagesTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");

    private static RequestSpecification browser(String caller) {
        return given().header("X-Test-Caller", caller).redirects().follow(false);
    }

    private static Response send(String caller, String path, Map<String, String> fields) {
        return browser(caller)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(fields)
                .post(path);
    }

    private static String key(Response page) {
        Matcher key = KEY.matcher(page.asString());
        assertTrue(key.find());
        return key.group(1);
    }

    private static Map<String, String> profile(String key, String vatId) {
        Map<String, String> fields = new HashMap<>();
        fields.put("key", key);
        fields.put("version", "0");
        fields.put("legalName", "Navire SARL");
        fields.put("street", "3 Rue du Port");
        fields.put("street2", "Bât. B");
        fields.put("postalCode", "59100");
        fields.put("city", "Roubaix");
        fields.put("country", "FR");
        fields.put("vatId", vatId);
        fields.put("language", "fr");
        fields.put("timeZone", "Europe/Paris");
        return fields;
    }

    @Test
    void aCustomerSaysWhatItIsBilledAs() {
        String owner = Given.customer();
        String account = Given.accountOf(owner);
        Response empty = browser(owner).get("/account/billing");
        PageRules.check(empty, 200);

        Response refused = send(owner, "/account/billing", profile(key(empty), "FR83404833049"));
        PageRules.check(refused, 422);
        assertTrue(refused.asString().contains("check digit"));
        assertTrue(refused.asString().contains("value=\"Navire SARL\""), "what was typed is kept");
        Response saved = send(owner, "/account/billing", profile(key(refused), "FR83404833048"));
        assertEquals(303, saved.statusCode());

        Response page = browser(owner).get("/account/billing?saved=yes");
        PageRules.check(page, 200);
        assertTrue(page.asString().contains("FR83404833048"));
        assertTrue(page.asString().contains("not confirmed yet"));
        Response stale = send(owner, "/account/billing", profile(key(page), ""));
        PageRules.check(stale, 412);
        staffConfirm(account);
        assertTrue(browser(owner).get("/account/billing").asString().contains("confirmed by the register"));
    }

    private static void staffConfirm(String account) {
        String path = "/staff/accounts/" + account + "/billing";
        Response staff = browser(Given.SUPPORT).get(path);
        PageRules.check(staff, 200);
        assertTrue(staff.asString().contains("Navire SARL"));
        Map<String, String> check = new HashMap<>(Map.of(
                "key", key(staff), "vatId", "FR83404833048", "valid", "yes", "reference", "WAPI1", "reason", ""));
        PageRules.check(send(Given.SUPPORT, path + "/checks", check), 422);
        check.put("reason", "asked by hand");
        assertEquals(303, send(Given.SUPPORT, path + "/checks", check).statusCode());
        PageRules.check(browser(Given.SUPPORT).get(path), 200);
    }

    @Test
    void strangersSeeNoBillingDetails() {
        String account = Given.accountOf(Given.customer());

        assertEquals(
                403,
                browser(Given.customer())
                        .get("/staff/accounts/" + account + "/billing")
                        .statusCode());
        assertEquals(403, browser(Given.customer()).get("/staff/sellers").statusCode());
    }

    @Test
    void anAdministratorWritesASellersNextVersion() {
        String account = Given.accountOf("client:" + UUID.randomUUID() + ";reseller");
        String series = "P" + UUID.randomUUID().toString().substring(0, 7).toUpperCase(java.util.Locale.ROOT);
        Given.once(Given.ADMIN)
                .body(Map.of(
                        "accountId",
                        account,
                        "name",
                        "Resale",
                        "street",
                        java.util.List.of("3 Rue"),
                        "city",
                        "Paris",
                        "country",
                        "FR",
                        "payment",
                        "By bank",
                        "series",
                        series,
                        "dueDays",
                        30,
                        "reason",
                        "contract"))
                .post("/api/admin/v1/sellers")
                .then()
                .statusCode(201);
        String path = "/staff/sellers/" + account;
        Response page = browser(Given.ADMIN).get(path);
        PageRules.check(page, 200);
        assertFalse(browser(Given.SUPPORT).get(path).asString().contains("data-testid=\"seller\""));

        Map<String, String> fields = new HashMap<>(
                Map.of("key", key(page), "version", "1", "name", "Resale SAS", "street", "4 Rue", "city", "Paris"));
        fields.putAll(
                Map.of("country", "FR", "payment", "By bank", "series", series, "dueDays", "x", "reason", "moved"));
        Response refused = send(Given.ADMIN, path, fields);
        PageRules.check(refused, 422);
        fields.put("dueDays", "14");
        assertEquals(303, send(Given.ADMIN, path, fields).statusCode());

        Response after = browser(Given.ADMIN).get(path);
        PageRules.check(after, 200);
        assertTrue(after.asString().contains("Resale SAS"));
        assertEquals(403, send(Given.SUPPORT, path, fields).statusCode());
    }
}
