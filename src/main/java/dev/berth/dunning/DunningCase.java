package dev.berth.dunning;

import dev.berth.dunning.ladder.Policy;
import dev.berth.platform.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What is done about an account's overdue invoices, from the first that was not paid in time until none is left.
 *
 * @param rule the ladder it goes by, as staff read it
 * @param failure why the last look did not do all it should
 */
record DunningCase(
        UUID id, UUID accountId, State state, String rule, Policy policy, Instant openedAt, Optional<String> failure) {
    static final String SELECT =
            "SELECT c.id, c.account_id, c.state, CONCAT('ladder ', p.seller, ' version ', p.version) AS rule,"
                    + " p.rungs, c.opened_at, c.failure FROM dunning_case c JOIN dunning_policy p ON p.id = c.policy_id WHERE ";

    /** RESUMING: nothing is overdue any more, and nodes have not shown yet that all is as its owner wants. */
    enum State {
        OPEN,
        RESUMING,
        CLOSED
    }

    static DunningCase of(Row row) {
        return new DunningCase(
                row.uuid("id"),
                row.uuid("account_id"),
                row.constant("state", State.class),
                row.text("rule"),
                Policy.parse(row.text("rungs")),
                row.instant("opened_at"),
                row.optionalText("failure"));
    }

    boolean open() {
        return state == State.OPEN;
    }
}
