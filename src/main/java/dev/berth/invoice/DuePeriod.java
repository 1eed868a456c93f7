package dev.berth.invoice;

import dev.berth.platform.Row;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Period;
import java.time.ZoneId;
import java.util.Optional;

/**
 * A billing period of an account.
 *
 * @param id also that of its draft and its invoice
 * @param reason why it is parked
 * @param failed whether it is parked because computing it failed
 * @param released why staff let it pass the gate
 * @param zone in which its months begin and end
 * @param whileSuspended as it was configured when the period was opened
 */
record DuePeriod(
        InvoiceId id,
        AccountId account,
        Period period,
        State state,
        Optional<String> reason,
        boolean failed,
        int attempts,
        Optional<String> released,
        ZoneId zone,
        WhileSuspended whileSuspended) {
    static final String COLUMNS =
            "p.id, p.account_id, p.period_from, p.period_to, p.state, p.reason, p.failed, p.attempts,"
                    + " p.released_because, p.time_zone, p.while_suspended";

    enum State {
        OPEN,
        PARKED,
        /** Computed, and staff look at it before it gets a number. */
        REVIEW,
        INVOICED,
        NOTHING_DUE
    }

    boolean closed() {
        return state == State.INVOICED || state == State.NOTHING_DUE;
    }

    Span span() {
        return new Span(period, zone, whileSuspended);
    }

    /** @param otherwise zone of periods that do not say */
    static DuePeriod of(Row row, ZoneId otherwise) {
        return new DuePeriod(
                new InvoiceId(row.uuid("id")),
                new AccountId(row.uuid("account_id")),
                new Period(row.instant("period_from"), row.instant("period_to")),
                row.constant("state", State.class),
                row.optionalText("reason"),
                row.flag("failed"),
                row.integer("attempts"),
                row.optionalText("released_because"),
                row.optionalText("time_zone").map(ZoneId::of).orElse(otherwise),
                row.constant("while_suspended", WhileSuspended.class));
    }
}
