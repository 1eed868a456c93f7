package dev.berth.payment;

import dev.berth.payment.GatewayEvent.CardSaved;
import dev.berth.payment.GatewayEvent.Disputed;
import dev.berth.payment.GatewayEvent.Failed;
import dev.berth.payment.GatewayEvent.Other;
import dev.berth.payment.GatewayEvent.Paid;
import dev.berth.payment.GatewayEvent.Refunded;
import dev.berth.payment.Payment.Method;
import dev.berth.payment.Payment.State;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;

/**
 * Takes in a gateway's events, each once. Its row and its effect are one transaction: an event that failed left no trace, and the
 * gateway sends it again.
 */
@ApplicationScoped
public class GatewayEvents {
    private static final int MAX_OUTCOME = 300;

    private final Database database;
    private final PaymentStore payments;
    private final CardRemovals cards;
    private final Charges charges;
    private final Refunds refunds;
    private final RefundStore refundStore;
    private final Disputes disputes;
    private final Transactions transactions;
    private final InstantSource clock;

    GatewayEvents(
            Database database,
            PaymentStore payments,
            CardRemovals cards,
            Charges charges,
            Refunds refunds,
            RefundStore refundStore,
            Disputes disputes,
            Transactions transactions,
            InstantSource clock) {
        this.database = database;
        this.payments = payments;
        this.cards = cards;
        this.charges = charges;
        this.refunds = refunds;
        this.refundStore = refundStore;
        this.disputes = disputes;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * An event as it came.
     *
     * @param id the gateway's name for it
     * @param kind the gateway's word for what it is
     */
    public record Incoming(Method method, String id, String kind, GatewayEvent event) {}

    /** @return false when it was taken in before */
    public boolean take(Incoming incoming) {
        return transactions.run(() -> {
            String outcome = known(incoming) ? "" : apply(incoming.event());
            return !outcome.isEmpty() && insert(incoming, outcome);
        });
    }

    private boolean known(Incoming incoming) {
        return database.number(
                        "SELECT COUNT(*) AS n FROM gateway_event WHERE method = ? AND event_id = ?",
                        incoming.method(),
                        incoming.id())
                > 0;
    }

    /** Of two at once, the second fails here and takes its effect back. */
    private boolean insert(Incoming incoming, String outcome) {
        try {
            database.update(
                    "INSERT INTO gateway_event (method, event_id, kind, outcome, received_at) VALUES (?, ?, ?, ?, ?)",
                    incoming.method(),
                    incoming.id(),
                    incoming.kind(),
                    outcome.substring(0, Math.min(outcome.length(), MAX_OUTCOME)),
                    clock.instant());
            return true;
        } catch (DatabaseException e) {
            if (e.duplicateKey().isPresent()) {
                throw new EventBusyException(e);
            }
            throw e;
        }
    }

    /** The same event is being taken in at this moment by another request. */
    public static final class EventBusyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private EventBusyException(Throwable cause) {
            super("the same event is being taken in", cause);
        }
    }

    private String apply(GatewayEvent event) {
        return switch (event) {
            case Paid paid -> paid(paid);
            case Failed failed ->
                payments.lock(failed.payment())
                        .map(held -> charges.failed(held, failed.reason()))
                        .orElse("of no payment here");
            case CardSaved saved -> cards.saved(saved);
            case Refunded refunded ->
                refundStore.find(refunded.refund()).isEmpty()
                        ? "of no refund here"
                        : "refund "
                                + refunds.settle(refunded.refund(), refunded.outcome())
                                        .state();
            case Disputed disputed -> disputed(disputed);
            case Other ignored -> "of no concern";
        };
    }

    private String paid(Paid paid) {
        return payments.lock(paid.payment())
                .map(held -> charges.paid(held, new Outcome.Succeeded(paid.externalId(), paid.amount())))
                .orElse("of no payment here");
    }

    /** The payment may be told of after its dispute: it is taken in first. */
    private String disputed(Disputed disputed) {
        paid(disputed.paid());
        return payments.lock(disputed.paid().payment())
                .filter(held -> held.state() == State.RECEIVED)
                .map(held -> disputes.take(held, disputed))
                .orElse("of no payment here");
    }
}
