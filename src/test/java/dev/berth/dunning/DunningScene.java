package dev.berth.dunning;

import dev.berth.contract.ContextSpec;
import dev.berth.fleet.NodeContexts;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Role;
import dev.berth.testing.Given;
import dev.berth.testing.Seed;
import dev.berth.vps.Suspensions;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An account with a server that owes something, and what tests of it ask. */
abstract class DunningScene {
    static final Caller STAFF = new Caller("user:sam", "Sam", "", Set.of(Role.SUPPORT));

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    Debtors debtors;

    @Inject
    DunningRun run;

    @Inject
    DunningService service;

    @Inject
    DunningSettings settings;

    @Inject
    Gate gate;

    @Inject
    PaymentTrouble payments;

    @Inject
    Suspensions suspensions;

    @Inject
    NodeContexts contexts;

    @Inject
    InstantSource clock;

    final String owner = "user:" + UUID.randomUUID() + ";customer";
    UUID account = new UUID(0, 0);
    UUID node = new UUID(0, 0);
    UUID vps = new UUID(0, 0);

    @BeforeEach
    void aServer() {
        account = UUID.fromString(Given.accountOf(owner));
        node = seed.node();
        vps = debtors.server(account, node);
    }

    @AfterEach
    void noQuestionIsLeft() {
        payments.is(Optional.empty());
        database.update(
                "UPDATE dunning_stop SET state = 'REFUSED', decided_at = opened_at, decided_by = 'test', reason = 'over'"
                        + " WHERE state = 'WAITING'");
    }

    ContextSpec spec() {
        return contexts.changedAfter(node, 0).specs().getFirst();
    }

    String steps() {
        return String.join(
                " ",
                database.list(
                        "SELECT s.step FROM dunning_step s JOIN dunning_case c ON c.id = s.case_id"
                                + " WHERE c.account_id = ? AND s.done_at IS NOT NULL ORDER BY s.done_at, s.id",
                        row -> row.text("step"),
                        account));
    }

    long reminders() {
        return database.number(
                "SELECT COUNT(*) AS n FROM dunning_notice WHERE account_id = ? AND subject LIKE 'Reminder%'", account);
    }

    void runs() {
        debtors.look(account);
        run.run();
    }

    /** Both reminders, the announcement, and the time of its notice. */
    void untilLimit() {
        run.run();
        debtors.wait(account, 1);
        run.run();
        debtors.wait(account, 1);
        run.run();
        debtors.wait(account, 8);
        run.run();
    }

    /** The next step is announced, and its notice passes. */
    void nextStep() {
        runs();
        debtors.wait(account, 15);
        run.run();
    }

    String state() {
        return database.one(
                        "SELECT state FROM dunning_case WHERE account_id = ? ORDER BY opened_at DESC LIMIT 1",
                        row -> row.text("state"),
                        account)
                .orElse("none");
    }

    UUID waiting(String kind) {
        return database.one("SELECT id FROM dunning_stop WHERE waiting_kind = ?", row -> row.uuid("id"), kind)
                .orElseThrow();
    }
}
