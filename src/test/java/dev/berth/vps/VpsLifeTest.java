package dev.berth.vps;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.Boot;
import dev.berth.contract.ContextSpec;
import dev.berth.contract.Life;
import dev.berth.contract.UserData;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Name, keys and password of a VPS that exists: what the owner asks for reaches the node's specs, and no secret stays behind. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class VpsLifeTest {
    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    VpsContexts contexts;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private String path = "";

    @BeforeEach
    void aServer() {
        node = seed.node();
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), node, seed.planVersion("EUR"));
        path = "/api/v1/vps/" + vps;
    }

    private ContextSpec spec() {
        return contexts.changedAfter(node, 0).specs().getFirst();
    }

    private Response change(String version, Map<String, Object> body) {
        return Given.as(owner).header("If-Match", version).body(body).patch(path);
    }

    @Test
    void nameAndKeysReachTheNode() {
        String version = Given.as(owner).get(path).header("ETag");
        long generation = spec().generation();

        change(version, Map.of("hostname", "Renamed", "sshKeys", List.of(Given.SSH_KEY)))
                .then()
                .statusCode(202)
                .body("kind", equalTo("CHANGE"));

        assertEquals("renamed", spec().hostname());
        assertEquals(List.of(Given.SSH_KEY), spec().sshKeys());
        assertEquals(generation + 1, spec().generation());
        Given.as(owner).get(path + "/ssh-keys").then().statusCode(200).body("", hasItem(Given.SSH_KEY));

        change(version, Map.of("hostname", "other")).then().statusCode(412);
        assertEquals("renamed", spec().hostname());
    }

    @Test
    void whatIsMissingStaysAndEveryFaultIsNamed() {
        change("\"0\"", Map.of("sshKeys", List.of(Given.SSH_KEY))).then().statusCode(202);
        String name = spec().hostname();

        change("\"1\"", Map.of("hostname", "a b", "sshKeys", List.of("rubbish")))
                .then()
                .statusCode(422)
                .body("faults.field", hasItem("hostname"))
                .body("faults.field", hasItem("sshKeys[0]"));

        assertEquals(name, spec().hostname());
        assertEquals(List.of(Given.SSH_KEY), spec().sshKeys());
    }

    @Test
    void featuresAndOrderReachTheNode() {
        assertEquals(Optional.empty(), spec().boot());
        change("\"0\"", Map.of("features", List.of("TUN", "NESTING"), "startPriority", 9))
                .then()
                .statusCode(202);
        assertEquals(Optional.of(new Boot(9, List.of(Boot.Feature.NESTING, Boot.Feature.TUN))), spec().boot());

        change("\"1\"", Map.of("features", List.of("ROOT"), "startPriority", 101))
                .then()
                .statusCode(422)
                .body("faults.field", hasItem("features"))
                .body("faults.field", hasItem("startPriority"));
        change("\"1\"", Map.of("features", List.of())).then().statusCode(202);
        assertEquals(Optional.of(new Boot(9, List.of())), spec().boot());
    }

    @Test
    void userDataIsTheOwnersAndGoesWithTheServer() {
        String text = "#cloud-config\npassword: hunter2-über\n";
        assertEquals(Optional.empty(), spec().life());
        database.update("UPDATE vps SET user_data = ? WHERE id = ?", text, vps);
        assertEquals(Optional.of(new Life(0, Optional.empty(), Optional.of(new UserData(text)))), spec().life());

        Given.as(owner)
                .get(path + "/user-data")
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("userData", equalTo(text));
        Given.as(Given.SUPPORT).get(path + "/user-data").then().statusCode(403);
        String page = "/vps/" + vps + "/settings";
        assertTrue(Given.browsing(owner).get(page).asString().contains("hunter2"));
        assertFalse(Given.browsing(Given.SUPPORT).get(page).asString().contains("hunter2"));
        assertFalse(Given.as(Given.SUPPORT).get(path).asString().contains("hunter2"));

        Given.once(owner).post(path + "/actions/delete").then().statusCode(202);
        Given.as(owner).get(path + "/user-data").then().statusCode(200).body("userData", nullValue());
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM vps WHERE INSTR(user_data, 'hunter2') > 0"));
    }

    @Test
    void aPasswordIsToldOnceAndStoredNowhere() {
        String key = UUID.randomUUID().toString();
        Response first = Given.as(owner).header("Idempotency-Key", key).post(path + "/password-resets");
        String password = first.then().statusCode(202).extract().path("password");
        Life life = spec().life().orElseThrow();
        String hash = life.passwordHash().orElseThrow();

        assertEquals(1, life.passwordResets());
        assertEquals(24, password.length());
        assertEquals(hash, Sha2Crypt.sha512Crypt(password.getBytes(US_ASCII), hash));
        assertFalse(life.toString().contains(hash));

        JsonPath again = Given.as(owner)
                .header("Idempotency-Key", key)
                .post(path + "/password-resets")
                .then()
                .statusCode(202)
                .extract()
                .jsonPath();
        assertEquals(first.path("operation.id").toString(), again.getString("operation.id"));
        assertEquals(null, again.getString("password"));
        assertEquals(1, spec().life().orElseThrow().passwordResets());
        assertEquals(
                0, database.number("SELECT COUNT(*) AS n FROM idempotency_key WHERE INSTR(body, ?) > 0", password));
    }
}
