package dev.berth.party;

import static dev.berth.testing.Given.as;
import static dev.berth.testing.Given.once;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class BillingProfileTest {
    private static final String FRENCH = "FR83404833048";

    @Inject
    VatChecks checks;

    @Inject
    Database database;

    @Inject
    ObjectMapper json;

    private String owner = "";
    private String account = "";
    private String path = "";

    @BeforeEach
    void anAccount() {
        owner = Given.customer();
        account = Given.accountOf(owner);
        path = "/api/v1/accounts/" + account + "/billing-profile";
    }

    private static Map<String, Object> profile(String country, String vatId) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("legalName", "Navire SARL");
        fields.put("street", List.of("3 Rue du Port", "Bât. B"));
        fields.put("postalCode", "59100");
        fields.put("city", "Roubaix");
        fields.put("country", country);
        fields.put("vatId", vatId);
        fields.put("language", "fr");
        fields.put("timeZone", "Europe/Paris");
        return fields;
    }

    private void put(int version, Map<String, Object> fields, int status) {
        as(owner)
                .header("If-Match", "\"" + version + "\"")
                .body(fields)
                .put(path)
                .then()
                .statusCode(status);
    }

    @Test
    void anAccountThatSaidNothingHasDefaults() {
        as(owner)
                .get(path)
                .then()
                .statusCode(200)
                .header("ETag", "\"0\"")
                .body("country", equalTo("DE"))
                .body("language", equalTo("en"))
                .body("timeZone", equalTo("UTC"))
                .body("street", hasSize(0))
                .body("vatId", nullValue())
                .body("vatStatus", equalTo("NONE"));
    }

    @Test
    void whatWasSaidIsReadAndTheFormerVersionStays() {
        put(0, profile("FR", "fr 83 404 833 048"), 200);
        put(1, profile("FR", ""), 200);

        as(owner)
                .get(path)
                .then()
                .header("ETag", "\"2\"")
                .body("legalName", equalTo("Navire SARL"))
                .body("street[1]", equalTo("Bât. B"))
                .body("vatStatus", equalTo("NONE"))
                .body("timeZone", equalTo("Europe/Paris"));
        assertEquals(
                Optional.of(FRENCH),
                database.one(
                        "SELECT vat_id FROM billing_profile WHERE account_id = ? AND version = 1",
                        row -> row.text("vat_id"),
                        account));
        assertThrows(
                DatabaseException.class,
                () -> database.update("UPDATE billing_profile SET city = 'X' WHERE account_id = ?", account));
        as(Given.SUPPORT).get(path).then().statusCode(200);
        as(Given.customer()).get(path).then().statusCode(404);
    }

    @Test
    void twoWhoChangeItAtOnceDoNotOverwriteEachOther() {
        put(0, profile("FR", ""), 200);
        put(0, profile("DE", ""), 412);

        as(owner).body(profile("FR", "")).put(path).then().statusCode(428);
    }

    @Test
    void everyFaultIsNamedAtOnce() {
        Map<String, Object> fields = profile("XX", "");
        fields.put("legalName", " ");
        fields.put("street", List.of());
        fields.put("language", "it");
        fields.put("timeZone", "Mars/Olympus");
        as(owner)
                .header("If-Match", "\"0\"")
                .body(fields)
                .put(path)
                .then()
                .statusCode(422)
                .body("faults.field", containsInAnyOrder("legalName", "street", "country", "language", "timeZone"));
    }

    @ParameterizedTest
    @CsvSource({
        "FR, FR83404833049, 422", "DE, FR83404833048, 422", "FR, 83404833048, 422", "MC, FR83404833048, 200",
        "GR, EL094259216, 200", "GR, GR094259216, 422", "CH, CHE-123.456.789, 200", "US, ?, 422"
    })
    void aVatIdMustFitTheCountry(String country, String vatId, int status) {
        put(0, profile(country, vatId), status);
    }

    @Test
    void theRegistersAnswerIsKeptAndSilenceIsNoAnswer() throws IOException {
        put(0, profile("FR", FRENCH), 200);
        as(owner).get(path).then().body("vatStatus", equalTo("UNCHECKED"));
        try (ViesDouble vies = ViesDouble.open()) {
            ViesRegister register = new ViesRegister(Optional.of(vies.address()), json);
            vies.answer(500, "{\"errorWrappers\":[{\"error\":\"MS_UNAVAILABLE\"}]}");
            checks.run(register);
            as(owner).get(path).then().body("vatStatus", equalTo("UNCHECKED"));
            assertEquals("HTTP 500: MS_UNAVAILABLE", trouble());

            // the next attempt is due later
            vies.answer(200, "{\"valid\":true,\"requestIdentifier\":\"WAPI7\"}");
            checks.run(register);
            as(owner).get(path).then().body("vatStatus", equalTo("UNCHECKED"));
            database.update("UPDATE vat_id_query SET next_attempt_at = '2000-01-01' WHERE account_id = ?", account);
            checks.run(register);
        }

        as(owner).get(path).then().body("vatStatus", equalTo("VALID")).body("vatReference", equalTo("WAPI7"));
        as(Given.SUPPORT)
                .get("/api/admin/v1/accounts/" + account + "/vat-id-checks")
                .then()
                .body("", hasSize(1))
                .body("[0].source", equalTo("VIES"));
        // another id begins anew
        put(1, profile("FR", "FR40303265045"), 200);
        as(owner).get(path).then().body("vatStatus", equalTo("UNCHECKED"));
    }

    private String trouble() {
        return database.one(
                        "SELECT trouble FROM vat_id_query WHERE account_id = ?",
                        row -> row.text("trouble"),
                        UUID.fromString(account))
                .orElseThrow();
    }

    @Test
    void staffRecordWhatTheyAskedByHand() {
        put(0, profile("FR", FRENCH), 200);
        String admin = "/api/admin/v1/accounts/" + account + "/vat-id-checks";
        Map<String, Object> check =
                Map.of("vatId", FRENCH, "valid", true, "reference", "by phone 17", "reason", "VIES was down");

        once(Given.SUPPORT).body(check).post(admin).then().statusCode(201).body("source", equalTo("STAFF"));
        as(owner).get(path).then().body("vatStatus", equalTo("VALID"));

        put(1, profile("FR", "FR40303265045"), 200);
        once(Given.SUPPORT).body(check).post(admin).then().statusCode(409);
        once(Given.SUPPORT).body(Map.of()).post(admin).then().statusCode(422).body("faults", hasSize(4));
    }
}
