package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages on which staff make coupons, owners redeem them, and resellers see what is left. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class CouponPagesTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");

    private static String key(Response page) {
        Matcher key = KEY.matcher(page.asString());
        assertTrue(key.find());
        return key.group(1);
    }

    private static RequestSpecification form(String caller, String page) {
        return Given.browsing(caller)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key(Given.browsing(caller).get(page)));
    }

    @Test
    void aCouponIsMadeRedeemedAndEnded() {
        String code = "P-" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);
        String owner = "user:" + UUID.randomUUID() + ";customer";

        assertEquals(
                303,
                form(Given.ADMIN, "/staff/coupons")
                        .formParams(Map.of(
                                "code", code, "label", "Spring", "percent", "12.5", "periods", "2", "plans", "dinghy"))
                        .post("/staff/coupons")
                        .statusCode());

        Response staff = Given.browsing(Given.ADMIN).get("/staff/coupons");
        PageRules.check(staff, 200);
        assertTrue(staff.asString().contains(code) && staff.asString().contains("12.5"), staff.asString());
        PageRules.check(Given.browsing(owner).get("/billing/coupons"), 200);
        assertEquals(
                303,
                form(owner, "/billing/coupons")
                        .formParam("code", code)
                        .post("/billing/coupons")
                        .statusCode());
        assertTrue(Given.browsing(owner).get("/billing/coupons").asString().contains("Spring"));
        assertEquals(
                303,
                form(Given.ADMIN, "/staff/coupons")
                        .post("/staff/coupons/" + code + "/end")
                        .statusCode());
        Response late = form("user:" + UUID.randomUUID() + ";customer", "/billing/coupons")
                .formParam("code", code)
                .post("/billing/coupons");
        PageRules.check(late, 422);
        assertTrue(late.asString().contains("is of no coupon that can be redeemed now"));
    }

    @Test
    void whatIsWrongStandsBesideItsField() {
        Response refused = form(Given.ADMIN, "/staff/coupons")
                .formParams(Map.of("code", "X", "label", "", "percent", "many"))
                .post("/staff/coupons");
        PageRules.check(refused, 422);
        assertTrue(refused.asString().contains("It is no number."), refused.asString());
        Response support = Given.browsing(Given.SUPPORT).get("/staff/coupons");
        PageRules.check(support, 200);
        assertFalse(support.asString().contains("data-testid=\"new-coupon\""));
    }

    @Test
    void aResellerSeesWhatIsLeftAndOthersDoNot() {
        String reseller = "client:m-" + UUID.randomUUID() + ";reseller";
        Given.accountOf(reseller);

        PageRules.check(Given.browsing(reseller).get("/billing/margin"), 200);
        PageRules.check(
                Given.browsing("user:" + UUID.randomUUID() + ";customer").get("/billing/margin"), 403);
        PageRules.check(Given.browsing(reseller).get("/billing"), 200);
    }
}
