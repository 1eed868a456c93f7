package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** People appear by the name and address that their token said last; the trail keeps the subject. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class NamesTest {
    private final String subject = "user:" + UUID.randomUUID();
    private final String staff = "user:" + UUID.randomUUID();
    private final String customer = subject + ";customer;name=Carla Quay;email=carla@example.org";
    private final String support = staff + ";support;name=Sam Support;email=sam@example.org";

    private static String page(String caller, String path) {
        return Given.browsing(caller).get(path).then().statusCode(200).extract().asString();
    }

    private void grant(String account, String reason) {
        Given.once(support)
                .body(Map.of("amount", "5.00", "reason", reason))
                .post("/api/admin/v1/accounts/" + account + "/credit-grants")
                .then()
                .statusCode(201);
    }

    @Test
    void staffReadNamesWithTheSubjectBesideThem() {
        String account = Given.accountOf(customer);
        grant(account, "a welcome");

        String file = page(support, "/staff/accounts/" + account);
        String trail = page(Given.ADMIN, "/staff/audit");

        assertTrue(file.contains("Carla Quay") && file.contains("carla@example.org"), file);
        assertTrue(trail.contains("Sam Support") && trail.contains("sam@example.org"), trail);
        assertTrue(trail.contains(staff), "the subject stays to be seen");
    }

    @Test
    void aCustomerReadsWhoActedButNoAddressesOfStaff() {
        grant(Given.accountOf(customer), "a gift");

        String billing = page(customer, "/billing");

        assertTrue(billing.contains("Sam Support (our staff)"), billing);
        assertFalse(billing.contains("sam@example.org"));
        assertFalse(billing.contains(staff));
    }

    @Test
    void aNewNameShowsFromTheNextLoginOn() {
        String account = Given.accountOf(customer);
        page(subject + ";customer;name=Carla Harbour;email=carla@example.org", "/home");

        String file = page(support, "/staff/accounts/" + account);

        assertTrue(file.contains("Carla Harbour"), file);
    }

    @Test
    void machinesAndStrangersHaveWordsToo() {
        Names names = new Names("user:me", false, Map.of(), Map.of("0192", "deck-1"));

        assertEquals("you", names.of("user:me"));
        assertEquals("API client shop", names.of("client:shop"));
        assertEquals("node deck-1", names.of("node:0192"));
        assertEquals("Berth (billing)", names.of("system:billing"));
        assertEquals("somebody not seen since (12345678)", names.of("user:1234567890"));
    }
}
