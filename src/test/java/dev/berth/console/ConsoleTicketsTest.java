package dev.berth.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.console.ConsoleTickets.Opened;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the database says of consoles, without any socket. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class ConsoleTicketsTest {
    @Inject
    ConsoleTickets tickets;

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID vps = new UUID(0, 0);

    @BeforeEach
    void aServerThatRuns() {
        UUID node = seed.node();
        vps = seed.vps(UUID.fromString(Given.accountOf(owner)), node, seed.planVersion("EUR"));
    }

    private String ticket() {
        return Given.as(owner)
                .body(Map.of())
                .post("/api/v1/vps/" + vps + "/console-tickets")
                .then()
                .statusCode(201)
                .extract()
                .path("ticket");
    }

    private List<String> trail() {
        return database.list(
                "SELECT action FROM audit_event WHERE subject_id = ? AND action LIKE 'vps.console%' ORDER BY seq",
                row -> row.text("action"), vps.toString());
    }

    @Test
    void whatADeadPortalHadOpenIsEndedOnce() {
        Opened opened = tickets.redeem(ticket());
        tickets.sweep();
        assertEquals(List.of("vps.console.open"), trail());
        assertEquals(1, tickets.open(vps).size());

        database.update(
                "UPDATE console_session SET opened_at = ?, seen_at = ? WHERE id = ?",
                clock.instant().minusSeconds(120),
                clock.instant().minusSeconds(120),
                opened.sessionId());
        tickets.sweep();
        tickets.sweep();
        assertEquals(List.of("vps.console.open", "vps.console.close"), trail());
        assertEquals(List.of(), tickets.open(vps));
    }

    @Test
    void thereAreSoManyAndNoMore() {
        for (int i = 0; i < ConsoleTickets.MAX_OPEN; i++) {
            tickets.redeem(ticket());
        }
        String another = ticket();
        assertEquals(
                "too-many-consoles",
                assertThrows(Problem.class, () -> tickets.redeem(another)).code());
    }

    @Test
    void aTicketDoesNotOpenWhatWasSuspendedSince() {
        String ticket = ticket();
        database.update(
                "UPDATE vps SET suspended_at = ?, suspended_reason = 'abuse', suspended_how = 'STOP', suspended_cause = 'STAFF' WHERE id = ?",
                clock.instant(),
                vps);
        assertEquals(
                "not-running",
                assertThrows(Problem.class, () -> tickets.redeem(ticket)).code());
        assertEquals(List.of(), trail());
    }
}
