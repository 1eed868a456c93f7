package dev.berth.account;

import static dev.berth.testing.Given.as;
import static dev.berth.testing.Given.once;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class AccountTest {
    private static final Map<String, String> CHANGE = Map.of("name", "New Name", "email", "new@example.org");

    @Test
    void firstVisitsAtOnceMakeOneAccount() throws Exception {
        String caller = "user:" + UUID.randomUUID() + ";customer";
        List<Callable<String>> visits = IntStream.range(0, 8)
                .<Callable<String>>mapToObj(i -> () -> Given.accountOf(caller))
                .toList();
        Set<String> accounts = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<String> visit : threads.invokeAll(visits)) {
                accounts.add(visit.get());
            }
        }
        assertEquals(1, accounts.size());
    }

    @Test
    void aChangeNeedsTheVersionItSaw() {
        String caller = "user:" + UUID.randomUUID() + ";customer";
        String path = "/api/v1/accounts/" + Given.accountOf(caller);
        as(caller).body(CHANGE).put(path).then().statusCode(428);
        Response read = as(caller).get(path);
        String tag = read.header("ETag");
        as(caller)
                .header("If-Match", tag)
                .body(CHANGE)
                .put(path)
                .then()
                .statusCode(200)
                .body("name", equalTo("New Name"));
        as(caller)
                .header("If-Match", tag)
                .body(CHANGE)
                .put(path)
                .then()
                .statusCode(412)
                .body("code", equalTo("stale"));
    }

    @Test
    void anExternalIdIsOnePerReseller() {
        String reseller = "client:r-" + UUID.randomUUID() + ";reseller";
        Map<String, String> body = Map.of("name", "C", "email", "c@example.org", "externalId", "e-1");
        once(reseller).body(body).post("/api/v1/accounts").then().statusCode(201);
        once(reseller)
                .body(body)
                .post("/api/v1/accounts")
                .then()
                .statusCode(409)
                .body("code", equalTo("external-id-taken"));
        as(reseller).get("/api/v1/accounts?externalId=e-1").then().body("items", hasSize(1));
        once("client:other-" + UUID.randomUUID() + ";reseller")
                .body(body)
                .post("/api/v1/accounts")
                .then()
                .statusCode(201);
    }

    @Test
    void aCustomerMakesNoAccounts() {
        once("user:" + UUID.randomUUID() + ";customer")
                .body(Map.of("name", "C", "email", "c@example.org"))
                .post("/api/v1/accounts")
                .then()
                .statusCode(403);
    }

    @Test
    void listsAreTurnedByCursor() {
        String reseller = "client:p-" + UUID.randomUUID() + ";reseller";
        for (int i = 0; i < 4; i++) {
            once(reseller)
                    .body(Map.of("name", "C" + i, "email", "c@example.org"))
                    .post("/api/v1/accounts")
                    .then()
                    .statusCode(201);
        }
        Set<String> seen = new HashSet<>();
        String query = "?limit=2";
        for (int pages = 0; pages < 3; pages++) {
            Response page = as(reseller).get("/api/v1/accounts" + query);
            seen.addAll(page.jsonPath().getList("items.id"));
            query = "?limit=2&cursor=" + page.path("nextCursor");
        }
        assertEquals(5, seen.size());
        as(reseller).get("/api/v1/accounts?limit=201").then().statusCode(422);
        as(reseller).get("/api/v1/accounts?cursor=x").then().statusCode(422);
    }
}
