package dev.berth.vps;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.hasItems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.NetworkSpec;
import dev.berth.contract.NetworkSpec.Firewall;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An owner's firewall on its way from the form and the API to the node's spec. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class FirewallTest {
    private static final Map<String, Object> RULE =
            Map.of("direction", "IN", "verdict", "ACCEPT", "protocol", "TCP", "firstPort", 80, "lastPort", 443);

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    VpsContexts contexts;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID node = new UUID(0, 0);
    private UUID plan = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private String path = "";

    @BeforeEach
    void aServer() {
        node = seed.node();
        plan = seed.planVersion("EUR");
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), node, plan);
        path = "/api/v1/vps/" + vps + "/firewall-ruleset";
    }

    private Response put(String version, Object body) {
        return Given.as(owner)
                .contentType("application/json")
                .header("If-Match", version)
                .body(body)
                .put(path);
    }

    private Optional<NetworkSpec> spec() {
        List<ContextSpec> specs = contexts.changedAfter(node, -1).specs();
        assertEquals(1, specs.size());
        return specs.getFirst().network();
    }

    @Test
    void whatIsPutReachesTheNodeAndCanBeTakenAway() {
        Response none = Given.as(owner).get(path);
        assertEquals(false, none.path("enabled"));
        assertTrue(spec().isEmpty());

        Response stored =
                put(none.header("ETag"), Map.of("inbound", "DROP", "outbound", "ACCEPT", "rules", List.of(RULE)));
        assertEquals(200, stored.statusCode(), stored.asString());
        assertEquals(false, stored.path("applied"), "its node has not said so yet");
        Firewall firewall = spec().orElseThrow().firewall().orElseThrow();
        assertEquals(NetworkSpec.Verdict.DROP, firewall.inbound());
        assertEquals(
                Optional.of(new NetworkSpec.Ports(80, 443)),
                firewall.rules().getFirst().ports());

        assertEquals(422, put(none.header("ETag"), Map.of()).statusCode(), "faults come first");
        assertEquals(
                412,
                put(none.header("ETag"), Map.of("inbound", "DROP", "outbound", "DROP"))
                        .statusCode());
        database.update("UPDATE vps SET observed_generation = generation WHERE id = ?", vps);
        assertEquals(true, Given.as(owner).get(path).path("applied"));
        Given.as(owner)
                .header("If-Match", stored.header("ETag"))
                .delete(path)
                .then()
                .statusCode(200);
        assertTrue(spec().isEmpty());
    }

    @Test
    void everyFaultIsNamedByItsPlace() {
        Map<String, Object> bad = Map.of("direction", "UP", "verdict", "ACCEPT", "protocol", "ICMP", "firstPort", 7);
        Map<String, Object> peer =
                Map.of("direction", "IN", "verdict", "DROP", "protocol", "ANY", "peer", "10.0.0.0/8 accept");
        put("\"0\"", Map.of("inbound", "MAYBE", "outbound", "DROP", "rules", List.of(bad, peer)))
                .then()
                .statusCode(422)
                .body("faults.field", hasItems("inbound", "rules[0].direction", "rules[0].firstPort", "rules[1].peer"));
    }

    @Test
    void ratesOfThePlanReachTheNode() {
        database.update(
                "UPDATE plan_version SET net_reserved_bits = 2000000, net_ceiling_bits = 100000000 WHERE id = ?", plan);
        NetworkSpec.Rates rates = spec().orElseThrow().rates().orElseThrow();
        assertEquals(Optional.of(2_000_000L), rates.reservedBits());
        assertEquals(Optional.empty(), rates.receivedBits());
    }

    @Test
    void thePageKeepsWhatWasTypedAndSavesWhatIsRight() {
        String page = "/vps/" + vps + "/network";
        String shown = Given.browsing(owner).get(page).asString();
        assertTrue(shown.contains("It is off"), shown);

        Response refused = save(page, shown, "in accept tcp 99999\nout drop");
        assertEquals(422, refused.statusCode());
        assertTrue(refused.asString().contains("in accept tcp 99999"), refused.asString());
        Response nonsense = save(page, shown, "let me in");
        assertTrue(nonsense.asString().contains("Line 1 is not understood."), nonsense.asString());

        assertEquals(
                303, save(page, shown, "in accept tcp 22 from 192.0.2.0/24").statusCode());
        assertEquals(
                Optional.of("192.0.2.0/24"),
                spec().orElseThrow().firewall().orElseThrow().rules().getFirst().peer());
        String saved = Given.browsing(owner).get(page).asString();
        assertTrue(saved.contains("in accept tcp 22 from 192.0.2.0/24"), saved);
        assertTrue(saved.contains("Take the firewall away"), saved);
    }

    private Response save(String page, String shown, String rules) {
        return given().header("X-Test-Caller", owner)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(Map.of(
                        "key",
                        field(shown, "key"),
                        "version",
                        field(shown, "version"),
                        "inbound",
                        "DROP",
                        "outbound",
                        "ACCEPT",
                        "rules",
                        rules))
                .post(page + "/firewall");
    }

    private static String field(String page, String name) {
        Matcher matcher = Pattern.compile("name=\"%s\" value=\"([^\"]+)\"".formatted(name))
                .matcher(page);
        assertTrue(matcher.find(), page);
        return matcher.group(1);
    }
}
