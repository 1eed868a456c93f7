package dev.berth.dunning;

import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.units.InvoiceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Charges of a saved card that an account was told of and that are still to come, or whose end is not known: nobody is to be
 * reminded, the less held back, who was told that nothing need be transferred.
 */
@ApplicationScoped
class AnnouncedCharges {
    /**
     * After the last day on which one could be made. Without a gateway, or with a mail that cannot be sent, none ever is. Longer
     * than between two attempts.
     */
    private static final Duration LONGEST_WAIT = Duration.ofDays(14);
    /** Until it is looked at again, where nobody knows how long it takes. */
    private static final Duration AWHILE = Duration.ofHours(1);
    /** What an account can have open is far less. */
    private static final int MAX = 1_000;

    /**
     * {@code possible_at}: when the first was due, or the last was tried. Found by what is open: most of what was ever charged
     * is paid.
     */
    static final String TO_COME = "SELECT c.invoice_id, c.next_at, GREATEST(b.due_at, c.told_at + INTERVAL 1 DAY,"
            + " COALESCE((SELECT MAX(p.created_at) FROM card_charge k JOIN payment p ON p.id = k.payment_id"
            + " WHERE k.invoice_id = c.invoice_id), b.due_at)) AS possible_at"
            + " FROM invoice_charge c JOIN invoice_balance b ON b.invoice_id = c.invoice_id"
            + " AND b.account_id = c.account_id WHERE c.account_id = ? AND b.open_amount > 0"
            + " AND (c.next_at IS NOT NULL OR EXISTS (SELECT 1 FROM card_charge k JOIN payment p ON p.id = k.payment_id"
            + " WHERE k.invoice_id = c.invoice_id AND p.state IN ('CREATED', 'PENDING', 'UNKNOWN'))) LIMIT " + MAX;

    private final Database database;
    private final InstantSource clock;

    AnnouncedCharges(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    private record ToCome(InvoiceId invoice, Optional<Instant> next, Instant possible) {
        static ToCome of(Row row) {
            return new ToCome(
                    new InvoiceId(row.uuid("invoice_id")), row.optionalInstant("next_at"), row.instant("possible_at"));
        }
    }

    /**
     * Until when nothing is done about which invoices of an account.
     *
     * @param held until when charges wait for a promise to pay or for staff, or did
     */
    Map<InvoiceId, Instant> waitedFor(UUID account, Optional<Instant> held) {
        Instant now = clock.instant();
        List<ToCome> toCome = database.list(TO_COME, ToCome::of, account);
        Map<InvoiceId, Instant> until = new HashMap<>();
        for (ToCome one : toCome) {
            Instant possible = held.filter(one.possible()::isBefore).orElse(one.possible());
            if (now.isBefore(possible.plus(LONGEST_WAIT))) {
                until.put(one.invoice(), one.next().filter(now::isBefore).orElse(now.plus(AWHILE)));
            }
        }
        return until;
    }
}
