package dev.berth.fleet;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.berth.contract.Observed;
import dev.berth.contract.Observed.Capacity;
import dev.berth.contract.Observed.NetworkCheck;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a node's look at its networks found is there for staff to read. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class NetworkCheckTest {
    @Inject
    Seed seed;

    @Inject
    NodeService nodes;

    @Inject
    InstantSource clock;

    private void reports(UUID node, boolean holds, Optional<Long> deviated, String... deviations) {
        nodes.heard(
                node,
                new Observed(
                        UUID.randomUUID().toString(),
                        "test",
                        false,
                        1,
                        true,
                        clock.millis(),
                        new Capacity(8_000, 8L << 30, 80L << 30, "btrfs", false, true, "6.12"),
                        List.of(),
                        Optional.empty(),
                        Optional.of(new NetworkCheck(clock.millis(), 3, holds, deviated, List.of(deviations)))));
    }

    @Test
    void staffSeeWhatDifferedAndThatItIsMended() {
        UUID node = seed.node();
        String page = "/staff/nodes/" + node;
        Given.browsing(Given.SUPPORT).get(page).then().body(containsString("It has not reported one yet."));

        reports(node, false, Optional.of(clock.millis()), "the rules in sent were not those that were written");
        Given.browsing(Given.SUPPORT)
                .get(page)
                .then()
                .statusCode(200)
                .body(containsString("something differed"), containsString("the rules in sent were not"));

        reports(node, true, Optional.of(clock.millis()), "the rules in sent were not those that were written");
        Given.browsing(Given.SUPPORT)
                .get(page)
                .then()
                .body(containsString("as it should be"), not(containsString("something differed")));
        Given.as(Given.ADMIN)
                .get("/api/admin/v1/nodes/" + node)
                .then()
                .statusCode(200)
                .body("network.holds", equalTo(true), "network.contexts", equalTo(3));
    }
}
