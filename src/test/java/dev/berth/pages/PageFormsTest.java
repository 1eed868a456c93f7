package dev.berth.pages;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What every page has in common, and that forms do what they say, once. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class PageFormsTest {
    private static final String NEWCOMER = "user:newcomer;customer";
    private static final List<String> CUSTOMER_PAGES =
            List.of("/home", "/order", "/billing", "/account", "/account/billing");
    private static final List<String> STAFF_PAGES = List.of(
            "/staff",
            "/staff/find",
            "/staff/find?q=nothing-has-this",
            "/staff/accounts",
            "/staff/accounts?q=nothing-has-this",
            "/staff/vps",
            "/staff/vps?gone=yes",
            "/staff/nodes",
            "/staff/images",
            "/staff/bills",
            "/staff/sellers",
            "/staff/sellers/berth",
            "/staff/audit");

    @Inject
    Database database;

    private static RequestSpecification browser(String caller) {
        return given().header("X-Test-Caller", caller).redirects().follow(false);
    }

    private static RequestSpecification form(String caller) {
        return browser(caller).contentType("application/x-www-form-urlencoded; charset=UTF-8");
    }

    private static Response page(String caller, String path) {
        return browser(caller).get(path);
    }

    @Test
    void aVisitorSeesPlansWithPrices() {
        Response plans = given().get("/");

        PageRules.check(plans, 200);
        assertTrue(plans.asString().contains("a month"));
        assertTrue(plans.asString().contains("href=\"/signup\""));
        assertTrue(plans.asString().contains("Pay for what you use"));
        assertFalse(
                Pattern.compile("€0\\.00[^0-9]").matcher(plans.asString()).find(),
                "a plan without a base fee is not free");
        assertTrue(plans.asString().contains("€0.02 / vCPU hour"));
    }

    @Test
    void everyPageOfANewcomerIsWholeAndSaysWhatIsEmpty() {
        for (String path : CUSTOMER_PAGES) {
            PageRules.check(page(NEWCOMER, path), 200);
        }
        assertTrue(page(NEWCOMER, "/home").asString().contains("No server yet"));
        assertTrue(page(NEWCOMER, "/billing").asString().contains("No final invoice yet"));
    }

    @Test
    void everyPageOfStaffIsWhole() {
        for (String path : STAFF_PAGES) {
            PageRules.check(page(Given.ADMIN, path), 200);
            PageRules.check(page(Given.SUPPORT, path), 200);
        }
    }

    @Test
    void aCustomerDoesNotGetPastTheDoorOfStaff() {
        for (String path : STAFF_PAGES) {
            PageRules.check(page(NEWCOMER, path), 403);
        }
    }

    @Test
    void whatIsNotThereIsAPageWithATraceAndAWayBack() {
        Response missing = page(NEWCOMER, "/vps/" + UUID.randomUUID());

        PageRules.check(missing, 404);
        assertTrue(missing.asString().contains("trace id"));
        assertTrue(missing.asString().contains("href=\"/home\""));
        PageRules.check(page(NEWCOMER, "/no/such/page"), 404);
    }

    @Test
    void anOrderIsCheckedShownWithItsPriceAndPlacedOnce() {
        node();
        Given.image();
        String customer = Given.customer();
        Map<String, String> choice = Map.of(
                "plan",
                "dinghy",
                "image",
                "debian-12",
                "hostname",
                "web-1",
                "sshKey",
                Given.SSH_KEY,
                "payment",
                "INVOICE");

        Response wrong = form(customer).formParam("plan", "dinghy").post("/order/review");
        Response summary = form(customer).formParams(choice).post("/order/review");
        String key = hidden(summary, "key");
        // as a browser sends it, and as long as it may be
        String told = "#!/bin/sh\r\n" + "ü".repeat(8_187);
        Response reviewed =
                form(customer).formParams(choice).formParam("userData", told).post("/order/review");
        Response placed = form(customer)
                .formParams(choice)
                .formParams("key", key, "userData", told)
                .post("/order");
        Response again = form(customer)
                .formParams(choice)
                .formParams("key", key, "userData", told)
                .post("/order");
        Response tooLong = form(customer)
                .formParams(choice)
                .formParam("userData", told + "üü")
                .post("/order/review");

        PageRules.check(wrong, 422);
        assertEquals("Check your order", PageRules.check(summary, 200));
        assertEquals(303, placed.statusCode());
        assertEquals("Check your order", PageRules.check(reviewed, 200));
        assertTrue(reviewed.asString().contains("#!/bin/sh\nüü"));
        PageRules.check(tooLong, 422);
        assertTrue(tooLong.asString().contains("more than 16384 bytes"));
        String vps = Given.as(customer).get("/api/v1/vps").path("items[0].id");
        assertEquals(
                told.replace("\r", ""),
                Given.as(customer).get("/api/v1/vps/" + vps + "/user-data").path("userData"));
        assertEquals(placed.header("Location"), again.header("Location"));
        PageRules.check(page(customer, path(placed)), 200);
        pagesOfAVps(customer);
    }

    private void pagesOfAVps(String customer) {
        String vps = Given.as(customer).get("/api/v1/vps").path("items[0].id");
        for (String tab : List.of("", "/graphs", "/usage", "/activity", "/delete")) {
            PageRules.check(page(customer, "/vps/" + vps + tab), 200);
            PageRules.check(page(NEWCOMER, "/vps/" + vps + tab), 404);
        }
        assertFalse(page(customer, "/vps/" + vps + "/live").asString().contains("<html"));
        PageRules.check(page(customer, "/home"), 200);
        printed(customer);
        String path = "/vps/" + vps + "/delete";
        String key = hidden(page(customer, path), "key");
        Response refused =
                form(customer).formParams(Map.of("name", "web-2", "key", key)).post(path);
        PageRules.check(refused, 422);
        assertTrue(refused.asString().contains("value=\"web-2\""), "what was typed is kept");
        assertEquals(303, delete(customer, vps).statusCode());
    }

    private static Response delete(String customer, String vps) {
        String path = "/vps/" + vps + "/delete";
        String key = hidden(page(customer, path), "key");
        return form(customer).formParams(Map.of("name", "web-1", "key", key)).post(path);
    }

    private void printed(String customer) {
        Matcher draft = Pattern.compile("href=\"(/billing/invoices/[0-9a-f-]+)\"")
                .matcher(page(customer, "/billing").asString());
        assertTrue(draft.find(), "a draft");
        PageRules.check(page(customer, draft.group(1)), 200);
        Response pdf = page(customer, draft.group(1) + "/pdf");
        assertEquals(200, pdf.statusCode());
        assertEquals("application/pdf", pdf.contentType());
        assertTrue(pdf.asString().startsWith("%PDF"));
        PageRules.check(page(NEWCOMER, draft.group(1) + "/pdf"), 404);
    }

    @Test
    void textIsSentCompressed() {
        assertEquals(
                "gzip",
                given().header("Accept-Encoding", "gzip").get("/css/berth.css").header("Content-Encoding"));
    }

    @Test
    void staffGrantCreditOnceWithAReason() {
        String account = Given.accountOf("user:" + UUID.randomUUID() + ";customer");
        String path = "/staff/accounts/" + account;
        Response before = page(Given.SUPPORT, path);
        String key = hidden(before, "key");
        Map<String, String> grant = Map.of("amount", "25.00", "reason", "a first berth", "key", key);

        Response wrong = form(Given.SUPPORT).formParam("key", key).post(path + "/credit");
        Response done = form(Given.SUPPORT).formParams(grant).post(path + "/credit");
        form(Given.SUPPORT).formParams(grant).post(path + "/credit");

        PageRules.check(before, 200);
        PageRules.check(wrong, 422);
        assertEquals(303, done.statusCode());
        Response after = page(Given.SUPPORT, path);
        PageRules.check(after, 200);
        assertTrue(after.asString().contains("data-testid=\"credit\">€25.00<"));
        assertTrue(after.asString().contains("a first berth"));
        assertTrue(page(Given.ADMIN, "/staff/find?q=" + account).asString().contains(account));
    }

    @Test
    void onlyAnAdministratorChangesPaymentTerms() {
        String account = Given.accountOf("user:" + UUID.randomUUID() + ";customer");
        String path = "/staff/accounts/" + account;
        String key = hidden(page(Given.ADMIN, path), "key");
        Map<String, String> terms = Map.of("allowed", "yes", "reason", "known for years", "key", key);

        Response support = form(Given.SUPPORT).formParams(terms).post(path + "/terms");
        Response admin = form(Given.ADMIN).formParams(terms).post(path + "/terms");

        PageRules.check(support, 403);
        assertEquals(303, admin.statusCode());
        assertTrue(page(Given.ADMIN, path).asString().contains("may pay by invoice"));
    }

    @Test
    void staffSuspendWithAReasonThatItsOwnerReadsAndResume() {
        UUID node = node();
        String customer = Given.customer();
        String vps = Given.once(customer)
                .body(Given.order("dinghy"))
                .post("/api/v1/orders")
                .then()
                .statusCode(202)
                .extract()
                .path("vpsId");
        String path = "/staff/vps/" + vps;

        String key = hidden(page(Given.SUPPORT, path), "key");
        Response without = form(Given.SUPPORT).formParam("key", key).post(path + "/suspend");
        Map<String, String> spam = Map.of("reason", "sends spam", "key", key);
        Response suspended = form(Given.SUPPORT).formParams(spam).post(path + "/suspend");
        Response twice = form(Given.SUPPORT).formParams(spam).post(path + "/suspend");
        Response owner = page(customer, "/vps/" + vps);
        Response seen = page(Given.SUPPORT, path);
        Map<String, String> cleaned = Map.of("reason", "cleaned", "key", hidden(seen, "key"));
        Response resumed = form(Given.SUPPORT).formParams(cleaned).post(path + "/resume");

        PageRules.check(without, 422);
        assertEquals(303, suspended.statusCode());
        assertEquals(suspended.header("Location"), twice.header("Location"));
        PageRules.check(page(Given.SUPPORT, path(suspended)), 200);
        assertTrue(owner.asString().contains("sends spam"));
        PageRules.check(seen, 200);
        assertEquals(303, resumed.statusCode());
        Response nodePage = page(Given.SUPPORT, "/staff/nodes/" + node);
        PageRules.check(nodePage, 200);
        assertTrue(nodePage.asString().contains("href=\"/staff/vps/" + vps + "\""), "the node's VPS are listed");
        assertTrue(page(Given.SUPPORT, "/staff/audit").asString().contains("data-testid=\"chain-verified\""));
        assertEquals(303, delete(customer, vps).statusCode());
    }

    @Test
    void whatStaffTypeIsShownAsTextAndNeverAsMarkup() {
        String account = Given.accountOf("user:" + UUID.randomUUID() + ";customer");
        String path = "/staff/accounts/" + account;
        String key = hidden(page(Given.SUPPORT, path), "key");

        form(Given.SUPPORT)
                .formParams(Map.of("amount", "1.00", "reason", "<b onclick=x>bold</b>", "key", key))
                .post(path + "/credit");

        Response after = page(Given.SUPPORT, path);
        PageRules.check(after, 200);
        assertTrue(after.asString().contains("&lt;b onclick=x&gt;"));
        PageRules.check(page(Given.SUPPORT, "/staff/find?q=%3Cscript%3E1%3C/script%3E"), 200);
    }

    @Test
    void everyPageSaysThatANodeIsSimulated() {
        UUID node = node();
        database.update("UPDATE node SET simulated = TRUE WHERE id = ?", node);

        for (String path : List.of("/", "/home", "/billing")) {
            assertTrue(page(NEWCOMER, path).asString().contains("Simulated node: contexts are invented"));
        }

        database.update("UPDATE node SET simulated = FALSE WHERE id = ?", node);
    }

    /** A node as if it had enrolled and been heard of just now, and the only one that takes orders. */
    private UUID node() {
        UUID id = UUID.randomUUID();
        UUID pool = UUID.randomUUID();
        String part = id.toString().substring(0, 4);
        database.update(
                "INSERT INTO node (id, name, state, cpu_milli, memory_bytes, disk_bytes, last_seen_at, created_at)"
                        + " VALUES (?, ?, 'ACTIVE', 8000, ?, ?, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, UTC_TIMESTAMP(6))",
                id,
                "p" + id.toString().substring(0, 8),
                64L << 30,
                640L << 30);
        database.update(
                "INSERT INTO ip_pool (id, node_id, cidr, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))",
                pool,
                id,
                "203.0.113." + id.toString().substring(0, 8));
        for (int i = 1; i < 5; i++) {
            database.update(
                    "INSERT INTO ip_address (id, pool_id, address, state) VALUES (?, ?, ?, 'FREE')",
                    UUID.randomUUID(),
                    pool,
                    "fd01:" + part + ":" + id.toString().substring(4, 8) + "::" + i);
        }
        Given.onlyNode(id);
        return id;
    }

    private static String hidden(Response page, String name) {
        Matcher field = Pattern.compile("<input type=\"hidden\" name=\"" + name + "\" value=\"([^\"]+)\"")
                .matcher(page.asString());
        assertTrue(field.find(), "hidden field " + name);
        return field.group(1);
    }

    private static String path(Response redirect) {
        return URI.create(redirect.header("Location")).getPath();
    }
}
