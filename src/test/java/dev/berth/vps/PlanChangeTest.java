package dev.berth.vps;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A VPS goes on on another plan: what that means is said first, and nothing is sold twice. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class PlanChangeTest {
    @Inject
    Database database;

    @Inject
    VpsContexts contexts;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID node = new UUID(0, 0);
    private UUID vps = new UUID(0, 0);
    private UUID account = new UUID(0, 0);

    @BeforeEach
    void aServerOnACheapPlan() {
        node = seed.node();
        UUID version = seed.planVersion("EUR");
        seed.tariffLine(version, 1, new Seed.Price("RECURRING", Optional.empty(), 0, 1, "1"));
        account = UUID.fromString(Given.accountOf(owner));
        vps = seed.vps(account, node, version);
        seed.subscription(vps, account, version, clock.instant().minus(1, ChronoUnit.DAYS), Optional.empty());
        database.update(
                "UPDATE node SET reserved_cpu_milli = 250, reserved_memory_bytes = 1, reserved_disk_bytes = 1"
                        + " WHERE id = ?",
                node);
    }

    private void paidByInvoice() {
        database.update(
                "INSERT INTO vps_order (id, account_id, vps_id, plan_version_id, payment_method, ordered_by, created_at)"
                        + " SELECT ?, account_id, id, plan_version_id, 'INVOICE', 'test', created_at FROM vps WHERE id = ?",
                UUID.randomUUID(),
                vps);
    }

    private String changes() {
        return "/api/v1/vps/" + vps + "/plan-changes";
    }

    private ValidatableResponse change(String plan) {
        return Given.once(owner).body(Map.of("plan", plan)).post(changes()).then();
    }

    private ValidatableResponse preview(String plan) {
        return Given.as(owner).get(changes() + "/preview?plan=" + plan).then();
    }

    private void measured(long disk, long memory) {
        database.update(
                "INSERT INTO vps_sample (vps_id, at, cpu_usec, cpu_throttled_usec, cpu_tokens, memory_bytes, disk_bytes,"
                        + " processes, net_tx_bytes, net_rx_bytes, io_read_bytes, io_write_bytes)"
                        + " VALUES (?, ?, 0, 0, 0, ?, ?, 1, 0, 0, 0, 0)",
                vps,
                clock.instant(),
                memory,
                disk);
    }

    private long reserved(String column) {
        return database.number("SELECT " + column + " AS n FROM node WHERE id = ?", node);
    }

    private ContextSpec told() {
        return contexts.changedAfter(node, 0).specs().stream()
                .filter(spec -> spec.contextId().equals(vps.toString()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theNodeIsToldAndTheSubscriptionGoesOn() {
        paidByInvoice();

        change("skiff").statusCode(202).body("kind", equalTo("CHANGE_PLAN"));

        assertEquals(512L << 20, told().limits().memoryBytes());
        assertEquals(500, reserved("reserved_cpu_milli"));
        assertEquals(512L << 20, reserved("reserved_memory_bytes"));
        assertEquals(4L << 30, reserved("reserved_disk_bytes"));
        Given.as(owner).get("/api/v1/vps/" + vps).then().body("plan.slug", equalTo("skiff"));
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM subscription a JOIN subscription b ON b.vps_id = a.vps_id"
                                + " AND b.valid_from = a.valid_to AND b.valid_to IS NULL AND b.begun_at = a.valid_from"
                                + " AND b.account_id = a.account_id AND b.plan_version_id <> a.plan_version_id"
                                + " WHERE a.vps_id = ?",
                        vps));

        change("dinghy").statusCode(202);
        assertEquals(256L << 20, reserved("reserved_memory_bytes"));
        change("dinghy").statusCode(409).body("code", equalTo("same-plan"));
    }

    @Test
    void thePreviewSaysWhatItWouldCostAndChangesNothing() {
        paidByInvoice();
        long version = database.number("SELECT version AS n FROM vps WHERE id = ?", vps);

        String rest = preview("cutter")
                .statusCode(200)
                .body("possible", equalTo(true))
                .body("obstacles", empty())
                .body("present.lines[0].unitPrice.amount", equalTo(1.00f))
                .body("next.limits.memoryBytes", equalTo(1 << 30))
                .extract()
                .path("restThen.amount");

        assertTrue(new BigDecimal(rest).compareTo(new BigDecimal("12")) <= 0, rest);
        assertEquals(version, database.number("SELECT version AS n FROM vps WHERE id = ?", vps));
        assertEquals(250, reserved("reserved_cpu_milli"));
    }

    @Test
    void everyObstacleIsNamed() {
        paidByInvoice();
        measured(5L << 30, 400L << 20);
        database.update("UPDATE vps SET observed_state = 'CREATING' WHERE id = ?", vps);
        database.update("UPDATE node SET memory_bytes = 1000 WHERE id = ?", node);

        preview("dinghy")
                .body("possible", equalTo(false))
                .body("obstacles.code", contains("not-built", "disk-in-use", "node-full"));
        change("dinghy")
                .statusCode(409)
                .body("code", equalTo("not-built"))
                .body("detail", containsString("has 5 GiB in use, and this plan's holds 2 GiB"))
                .body("detail", containsString("no room"));
        assertEquals(250, reserved("reserved_cpu_milli"));
    }

    @Test
    void memoryThatIsInUseIsWarnedOf() {
        paidByInvoice();
        measured(1, 400L << 20);

        preview("dinghy").body("possible", equalTo(true)).body("warnings", hasItem(containsString("0.39 GiB")));
    }

    @Test
    void moreThanTheCreditCoversIsRefused() {
        change("cutter").statusCode(402).body("code", equalTo("payment-refused"));

        preview("cutter").body("obstacles.code", contains("payment-refused"));
        change("no-such").statusCode(422).body("faults.field", contains("plan"));
    }

    @Test
    void twoAtOnceAreOne() throws Exception {
        paidByInvoice();
        List<Callable<Integer>> posts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            posts.add(() -> change("skiff").extract().statusCode());
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(posts.size())) {
            for (Future<Integer> status : threads.invokeAll(posts)) {
                statuses.add(status.get());
            }
        }

        assertEquals(1, statuses.stream().filter(status -> status == 202).count(), statuses.toString());
        assertEquals(512L << 20, reserved("reserved_memory_bytes"));
        assertEquals(2, database.number("SELECT COUNT(*) AS n FROM subscription WHERE vps_id = ?", vps));
    }

    @Test
    void strangersSeeNothing() {
        Given.as("user:" + UUID.randomUUID() + ";customer")
                .get(changes() + "/preview?plan=skiff")
                .then()
                .statusCode(404);
    }
}
