package dev.berth.party;

import static dev.berth.testing.Given.as;
import static dev.berth.testing.Given.once;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.account.AccountService;
import dev.berth.platform.Transactions;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class SellerTest {
    private static final String PATH = "/api/admin/v1/sellers";

    @Inject
    Sellers sellers;

    @Inject
    AccountService accounts;

    @Inject
    SellerStore store;

    @Inject
    Transactions transactions;

    @Inject
    InstantSource clock;

    private static String reseller() {
        return Given.accountOf("client:" + UUID.randomUUID() + ";reseller");
    }

    private static String series() {
        return "R" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);
    }

    private static Map<String, Object> seller(String account, String series) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("accountId", account);
        fields.put("name", "Resale SARL");
        fields.put("street", List.of("3 Rue du Port"));
        fields.put("postalCode", "75001");
        fields.put("city", "Paris");
        fields.put("country", "FR");
        fields.put("vatId", "FR83404833048");
        fields.put("payment", "By bank");
        fields.put("iban", "FR14 2004 1010 0505 0001 3M02 606");
        fields.put("bic", "AGRIFRPPXXX");
        fields.put("series", series);
        fields.put("dueDays", 30);
        fields.put("reason", "contract");
        return fields;
    }

    @Test
    void theOperatorComesFromTheConfigurationOnce() {
        Seller before = sellers.operator();

        sellers.configure();

        assertEquals("Berth Demo Hosting", before.name());
        assertEquals(
                List.of("1 Quay Street", "10115 Berlin", "Germany"),
                before.address().lines(Locale.ENGLISH));
        assertEquals(before, sellers.operator());
    }

    @Test
    void aResellerGetsASellerWhichInvoicesItsCustomers() {
        String client = "client:" + UUID.randomUUID() + ";reseller";
        String account = Given.accountOf(client);
        String customer = Given.customerOf(client).toString();
        assertEquals(
                "berth", sellers.of(accounts.byId(UUID.fromString(customer))).key());

        String series = series();
        once(Given.ADMIN)
                .body(seller(account, series))
                .post(PATH)
                .then()
                .statusCode(201)
                .body("iban", equalTo("FR1420041010050500013M02606"))
                .body("version", equalTo(1));

        // without terms the customer's money is the house's
        assertEquals(
                "berth", sellers.of(accounts.byId(UUID.fromString(customer))).key());
        as(Given.ADMIN)
                .body(Map.of("reason", "contract"))
                .put("/api/admin/v1/accounts/" + account + "/wholesale-terms")
                .then()
                .statusCode(200);
        assertEquals(
                account, sellers.of(accounts.byId(UUID.fromString(customer))).key());
        assertEquals(
                "berth", sellers.of(accounts.byId(UUID.fromString(account))).key());
        once(Given.ADMIN).body(seller(account, series)).post(PATH).then().statusCode(409);
        once(Given.ADMIN).body(seller(reseller(), series)).post(PATH).then().statusCode(409);
        once(Given.ADMIN)
                .body(seller(Given.accountOf(Given.customer()), series()))
                .post(PATH)
                .then()
                .statusCode(422);
    }

    @Test
    void aChangeIsTheNextVersionAndMayHoldLater() {
        String account = reseller();
        String series = series();
        once(Given.ADMIN).body(seller(account, series)).post(PATH).then().statusCode(201);
        Map<String, Object> later = seller(account, series);
        later.put("name", "Resale SAS");
        later.put("validFrom", "2999-01-01T00:00:00Z");

        as(Given.ADMIN)
                .header("If-Match", "\"1\"")
                .body(later)
                .put(PATH + "/" + account)
                .then()
                .statusCode(200)
                .header("ETag", "\"2\"");
        as(Given.ADMIN)
                .header("If-Match", "\"1\"")
                .body(later)
                .put(PATH + "/" + account)
                .then()
                .statusCode(412);

        assertEquals(
                "Resale SARL",
                sellers.ofReseller(UUID.fromString(account)).orElseThrow().name());
        as(Given.SUPPORT)
                .get(PATH + "/" + account + "/versions")
                .then()
                .body("name", equalTo(List.of("Resale SAS", "Resale SARL")));
        as(Given.SUPPORT).get(PATH).then().statusCode(200).body("[0].key", equalTo("berth"));
    }

    @Test
    void everyFaultIsNamedAtOnce() {
        Map<String, Object> fields = seller(reseller(), "no series!");
        fields.put("iban", "FR1420041010050500013M02607");
        fields.put("bic", "X");
        fields.put("dueDays", 400);
        fields.put("homeBasisPoints", 10_001);
        fields.put("mailSender", "nobody");
        fields.put("vatId", "DE136695976");
        fields.put("reason", "");

        once(Given.ADMIN)
                .body(fields)
                .post(PATH)
                .then()
                .statusCode(422)
                .body(
                        "faults.field",
                        containsInAnyOrder(
                                "series",
                                "iban",
                                "bic",
                                "dueDays",
                                "homeBasisPoints",
                                "mailSender",
                                "vatId",
                                "reason"));
        once(Given.ADMIN).body(Map.of()).post(PATH).then().statusCode(422).body("faults", hasSize(1));
    }

    @Test
    void ibansAreCheckedByTheirDigits() {
        assertTrue(SellerCheck.isIban("DE89370400440532013000"));
        assertTrue(SellerCheck.isIban("GB82WEST12345698765432"));
        assertFalse(SellerCheck.isIban("DE89370400440532013001"));
        assertFalse(SellerCheck.isIban("DE00000000000000000000"));
    }

    /** A configuration as an operator might write it. */
    private record Written(String key, String name, String series) implements SellerSettings {
        @Override
        public String address() {
            return "1 Quay; Building B";
        }

        @Override
        public String postalCode() {
            return "10115";
        }

        @Override
        public String city() {
            return "Berlin";
        }

        @Override
        public String country() {
            return "DE";
        }

        @Override
        public Optional<String> taxId() {
            return Optional.empty();
        }

        @Override
        public String payment() {
            return "By bank";
        }

        @Override
        public Optional<String> iban() {
            return Optional.empty();
        }

        @Override
        public Optional<String> bic() {
            return Optional.empty();
        }

        @Override
        public Optional<Integer> taxBasisPoints() {
            return Optional.empty();
        }

        @Override
        public boolean oneStopShop() {
            return false;
        }

        @Override
        public int dueDays() {
            return 14;
        }

        @Override
        public Optional<String> mailSender() {
            return Optional.empty();
        }
    }

    private void configure(Written settings) {
        new Sellers(store, settings, transactions, clock).configure();
    }

    @Test
    void theConfigurationCountsUntilAPersonWritesAVersion() {
        String key = "k" + UUID.randomUUID().toString().substring(0, 18);
        String series = series();

        configure(new Written(key, "First", series));
        configure(new Written(key, "First", series));
        assertEquals(1, store.last(key).orElseThrow().seller().version());
        configure(new Written(key, "Second", series));
        assertEquals("Second", store.last(key).orElseThrow().seller().name());

        Map<String, Object> byHand = seller("", series);
        byHand.put("name", "By hand");
        as(Given.ADMIN)
                .header("If-Match", "\"2\"")
                .body(byHand)
                .put(PATH + "/" + key)
                .then()
                .statusCode(200);
        configure(new Written(key, "Third", series));

        assertEquals("By hand", store.last(key).orElseThrow().seller().name());
        assertEquals(3, store.versions(key, 10).size());
    }
}
