package dev.berth.vps;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.Observed;
import dev.berth.contract.Observed.Capacity;
import dev.berth.contract.Observed.ContextStatus;
import dev.berth.contract.Observed.State;
import dev.berth.contract.StorageSpec;
import dev.berth.contract.StorageStatus;
import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots from the request to the node's spec and from its report to the owner. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class SnapshotTest {
    private static final String NO_ROOM = "The disk cannot be copied: No space left on device.";

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

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
        database.update("UPDATE plan_version SET disk_bytes = 1000 WHERE id = ?", plan);
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), node, plan);
        path = "/api/v1/vps/" + vps;
    }

    private ContextSpec spec() {
        return contexts.changedAfter(node, 0).specs().getFirst();
    }

    private StorageSpec storage() {
        return spec().storage().orElseThrow();
    }

    private Response take(String name) {
        return Given.once(owner).body(Map.of("name", name)).post(path + "/snapshots");
    }

    /** One that the node says is there. */
    private String taken(String name) {
        String id = take(name).then().statusCode(202).extract().path("snapshot.id");
        report(0, there(id, 400));
        return id;
    }

    private static StorageStatus.Snapshot there(String id, long bytes) {
        return new StorageStatus.Snapshot(id, bytes, Optional.empty());
    }

    private static StorageStatus.Snapshot failed(String id) {
        return new StorageStatus.Snapshot(id, 0, Optional.of(NO_ROOM));
    }

    /** The node has done all that is wanted, and its disk looks like this. */
    private void report(long layer, StorageStatus.Snapshot... snapshots) {
        report(spec().generation(), State.RUNNING, Optional.of(new StorageStatus(layer, List.of(snapshots))));
    }

    private void report(long generation, State state, Optional<StorageStatus> storage) {
        ContextStatus status = new ContextStatus(
                vps.toString(),
                generation,
                state,
                0,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                storage);
        contexts.observed(
                node,
                new Observed(
                        UUID.randomUUID().toString(),
                        "test",
                        true,
                        generation,
                        false,
                        clock.millis(),
                        new Capacity(8_000, 8L << 30, 80L << 30, "simulated", true, true, "6.1"),
                        List.of(status),
                        Optional.empty()));
    }

    private ValidatableResponse operation(Response accepted) {
        String id = accepted.then().statusCode(202).extract().path("id");
        return Given.as(owner).get("/api/v1/operations/" + id).then().statusCode(200);
    }

    private ValidatableResponse snapshot(String id) {
        return Given.as(owner).get(path + "/snapshots/" + id).then();
    }

    private long reserved() {
        return database.number("SELECT reserved_disk_bytes AS n FROM node WHERE id = ?", node);
    }

    private static void refused(Response answer, String code) {
        answer.then().statusCode(409).body("code", equalTo(code));
    }

    @Test
    void oneIsAskedForTakenAndListed() {
        String key = UUID.randomUUID().toString();
        Response first = Given.as(owner)
                .header("Idempotency-Key", key)
                .body(Map.of("name", " before the move "))
                .post(path + "/snapshots");
        String id = first.then()
                .statusCode(202)
                .body("operation.kind", equalTo("TAKE_SNAPSHOT"))
                .body("snapshot.state", equalTo("PENDING"))
                .body("snapshot.name", equalTo("before the move"))
                .extract()
                .path("snapshot.id");
        Response again = Given.as(owner)
                .header("Idempotency-Key", key)
                .body(Map.of("name", " before the move "))
                .post(path + "/snapshots");

        assertEquals(id, again.path("snapshot.id"));
        assertEquals(new StorageSpec(List.of(id), 0, Optional.empty(), Optional.empty()), storage());
        assertEquals(2, spec().generation());
        assertEquals(1_000, reserved(), "as much as the disk can hold");
        refused(take("too early"), "disk-busy");

        report(1, State.RUNNING, Optional.of(new StorageStatus(0, List.of())));
        snapshot(id).body("state", equalTo("PENDING"));
        report(0, there(id, 400));

        snapshot(id).body("state", equalTo("READY")).body("sizeBytes", equalTo(400));
        assertEquals(400, reserved(), "no more than it takes up");
        Given.as(owner)
                .get(path + "/snapshots")
                .then()
                .body("items.id", equalTo(List.of(id)))
                .body("allowed", equalTo(3))
                .body("used", equalTo(1));
        String operation = first.path("operation.id");
        Given.as(owner).get("/api/v1/operations/" + operation).then().body("state", equalTo("SUCCEEDED"));
        Given.as(owner)
                .get(path + "/audit-events")
                .then()
                .body("action", hasItem("vps.take-snapshot"))
                .body("reason", hasItem("before the move"));
        Given.once(owner)
                .body(Map.of("name", "a\nb"))
                .post(path + "/snapshots")
                .then()
                .statusCode(422)
                .body("faults.field", hasItem("name"));
    }

    @Test
    void whatFailsIsToldPlainlyAndTakesNoPlace() {
        Response asked = take("doomed");
        String id = asked.then().statusCode(202).extract().path("snapshot.id");

        report(0, failed(id));

        snapshot(id)
                .body("state", equalTo("FAILED"))
                .body("failure", equalTo("There is no room for a copy of the disk."));
        Given.as(Given.SUPPORT).get(path + "/snapshots/" + id).then().body("failure", equalTo(NO_ROOM));
        String operation = asked.path("operation.id");
        Given.as(owner)
                .get("/api/v1/operations/" + operation)
                .then()
                .body("state", equalTo("FAILED"))
                .body("failure", equalTo("There is no room for a copy of the disk."));
        assertEquals(0, reserved());
        assertEquals(List.of(id), storage().snapshots(), "so that it is not tried again");

        String next = take("better").then().statusCode(202).extract().path("snapshot.id");
        assertEquals(List.of(next), storage().snapshots());
        report(0, there(next, 10));
        snapshot(id).statusCode(404);
    }

    @Test
    void aLaterChangeDoesNotUndoWhatIsOnTheDisk() {
        Response asked = take("kept");
        String id = asked.then().statusCode(202).extract().path("snapshot.id");
        Given.as(owner)
                .header("If-Match", "\"1\"")
                .body(Map.of("hostname", "renamed"))
                .patch(path)
                .then()
                .statusCode(202);

        report(0, there(id, 400));

        String operation = asked.path("operation.id");
        Given.as(owner).get("/api/v1/operations/" + operation).then().body("state", equalTo("SUCCEEDED"));
    }

    @Test
    void restoringKeepsWhatIsThereUnlessToldOtherwise() {
        String source = taken("good");
        Response asked = Given.once(owner).body(Map.of()).post(path + "/snapshots/" + source + "/restores");
        operation(asked).body("state", equalTo("PENDING"));

        StorageSpec wanted = storage();
        String before = wanted.layerAfter().orElseThrow();
        assertEquals(Optional.of(source), wanted.layerFrom());
        assertEquals(1, wanted.layer());
        assertEquals(List.of(source, before), wanted.snapshots());
        snapshot(before).body("name", equalTo("before restoring good"));

        report(0, there(source, 400), there(before, 500));
        operation(asked).body("finishedAt", equalTo(null));
        report(1, there(source, 400), there(before, 500));
        operation(asked).body("state", equalTo("SUCCEEDED"));

        Given.once(owner)
                .body(Map.of("snapshotBefore", false))
                .post(path + "/snapshots/" + source + "/restores")
                .then()
                .statusCode(202);
        assertEquals(new StorageSpec(List.of(source, before), 2, Optional.of(source), Optional.empty()), storage());
    }

    @Test
    void withoutTheSnapshotBeforeNothingIsReplaced() {
        String source = taken("good");
        Response asked = Given.once(owner).body(Map.of()).post(path + "/snapshots/" + source + "/restores");
        String before = storage().layerAfter().orElseThrow();

        report(0, there(source, 400), failed(before));

        operation(asked).body("state", equalTo("FAILED")).body("failure", containsString("left as it is"));
        assertEquals(Optional.of(before), storage().layerAfter(), "still the condition, which now never holds");
        take("later").then().statusCode(202);
        assertEquals(Optional.of(before), storage().layerAfter());
    }

    @Test
    void reinstallingKeepsKeysAndTakesAnotherImageOnlyByItself() {
        UUID other = UUID.fromString(Given.image("13").path("id"));
        String digest = database.one("SELECT digest FROM image WHERE id = ?", row -> row.text("digest"), other)
                .orElseThrow();
        List<String> keys = spec().sshKeys();
        Map<String, Object> body = Map.of("imageId", other.toString());

        refused(Given.once(owner).body(body).post(path + "/reinstalls"), "other-image");
        operation(Given.once(owner)
                        .body(Map.of("imageId", other.toString(), "snapshotBefore", false))
                        .post(path + "/reinstalls"))
                .body("kind", equalTo("REINSTALL"));

        assertEquals(digest, spec().imageDigest());
        assertEquals(new StorageSpec(List.of(), 1, Optional.empty(), Optional.empty()), storage());
        assertEquals(keys, spec().sshKeys());
        Given.once(owner)
                .body(Map.of("imageId", UUID.randomUUID().toString()))
                .post(path + "/reinstalls")
                .then()
                .statusCode(422)
                .body("faults.field", hasItem("imageId"));
    }

    @Test
    void aSnapshotBringsItsImageBack() {
        String digest = spec().imageDigest();
        String source = taken("with the first image");
        String other = Given.image("13").path("id");
        Given.once(owner)
                .body(Map.of("imageId", other, "snapshotBefore", false))
                .post(path + "/reinstalls")
                .then()
                .statusCode(202);
        report(1, there(source, 400));

        refused(Given.once(owner).body(Map.of()).post(path + "/snapshots/" + source + "/restores"), "other-image");
        Given.once(owner)
                .body(Map.of("snapshotBefore", false))
                .post(path + "/snapshots/" + source + "/restores")
                .then()
                .statusCode(202);

        assertEquals(digest, spec().imageDigest());
    }

    @Test
    void aRefusalNamesEveryReason() {
        database.update("UPDATE plan_version SET snapshots = 0 WHERE id = ?", plan);
        database.update(
                "UPDATE vps SET suspended_reason = 'debt', suspended_at = UTC_TIMESTAMP(6), suspended_how = 'STOP', suspended_cause = 'STAFF' WHERE id = ?",
                vps);
        database.update("UPDATE vps SET observed_state = 'CREATING' WHERE id = ?", vps);
        database.update("UPDATE node SET reserved_disk_bytes = disk_bytes WHERE id = ?", node);

        take("never")
                .then()
                .statusCode(409)
                .body("code", equalTo("suspended"))
                .body(
                        "detail",
                        allOf(
                                containsString("suspended by staff"),
                                containsString("not built yet"),
                                containsString("allows no snapshots"),
                                containsString("no room")));
        assertEquals(0, database.number("SELECT COUNT(*) AS n FROM operation WHERE vps_id = ?", vps));
    }

    @Test
    void ofTwoAtOnceOneGetsTheLastPlace() throws Exception {
        taken("one");
        String first = storage().snapshots().getFirst();
        String second = take("two").then().statusCode(202).extract().path("snapshot.id");
        report(0, there(first, 400), there(second, 400));
        CyclicBarrier together = new CyclicBarrier(2);
        List<Integer> answers;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> asked = Stream.of("three", "four")
                    .map(name -> threads.submit(() -> {
                        together.await();
                        return take(name).statusCode();
                    }))
                    .toList();
            answers = Stream.of(asked.getFirst().get(), asked.getLast().get())
                    .sorted()
                    .toList();
        }

        assertEquals(List.of(202, 409), answers);
        assertEquals(3, storage().snapshots().size());
        report(0, storage().snapshots().stream().map(id -> there(id, 400)).toArray(StorageStatus.Snapshot[]::new));
        refused(take("five"), "snapshot-limit");
    }

    @Test
    void whatIsDeletedIsGoneWhenTheNodeSaysSo() {
        String id = taken("short");
        Response asked = Given.as(owner).delete(path + "/snapshots/" + id);
        operation(asked).body("kind", equalTo("DELETE_SNAPSHOT"));
        assertEquals(new StorageSpec(List.of(), 0, Optional.empty(), Optional.empty()), storage());

        report(2, State.RUNNING, Optional.of(new StorageStatus(0, List.of())));
        snapshot(id).body("state", equalTo("DELETING"));
        assertEquals(400, reserved());

        report(0);
        snapshot(id).statusCode(404);
        operation(asked).body("state", equalTo("SUCCEEDED"));
        assertEquals(0, reserved());
        assertTrue(spec().storage().isPresent(), "or the node would keep what it has");
    }

    @Test
    void withTheVpsItsSnapshotsGo() {
        taken("one");
        Response open = take("two");
        Given.once(owner).post(path + "/actions/delete").then().statusCode(202);
        database.update(
                "UPDATE node SET reserved_cpu_milli = 250, reserved_memory_bytes = 1,"
                        + " reserved_disk_bytes = reserved_disk_bytes + 1000 WHERE id = ?",
                node);

        report(spec().generation(), State.GONE, Optional.empty());

        assertEquals(2, database.number("SELECT COUNT(deleted_at) AS n FROM vps_snapshot WHERE vps_id = ?", vps));
        assertEquals(0, reserved());
        String operation = open.path("operation.id");
        Given.as(owner).get("/api/v1/operations/" + operation).then().body("state", equalTo("CANCELLED"));
    }

    @Test
    void whatIsStuckCanBeLeftBehind() {
        String source = taken("good");
        Response stuck = take("hangs");
        String hanging = stuck.then().statusCode(202).extract().path("snapshot.id");
        refused(Given.as(owner).delete(path + "/snapshots/" + hanging), "disk-busy");
        String operation = stuck.path("operation.id");
        database.update("UPDATE operation SET state = 'NEEDS_ATTENTION' WHERE id = ?", operation);

        refused(take("another"), "disk-busy");
        Given.as(owner).delete(path + "/snapshots/" + hanging).then().statusCode(202);

        Given.as(owner).get("/api/v1/operations/" + operation).then().body("state", equalTo("CANCELLED"));
        assertEquals(List.of(source), storage().snapshots());
    }
}
