package dev.berth.payment;

import dev.berth.payment.Payment.Method;
import dev.berth.payment.Payment.State;
import dev.berth.payment.Receipts.Receipt;
import dev.berth.platform.Caller;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Brings a gateway's answers and events into our books. All of them may come twice and in any order: money that is here stays,
 * a failure that comes after success is ignored, a success that comes after a failure counts.
 */
@ApplicationScoped
class Charges {
    private static final Logger LOG = Logger.getLogger(Charges.class);
    static final Caller SYSTEM = Caller.system("payment");
    /** Looked for four times, over about eight minutes, before it is believed that the gateway never had it. */
    private static final int LOOKS_BEFORE_ABSENT = 4;

    private final PaymentStore payments;
    private final Receipts receipts;
    private final ChargeNotices notices;
    private final ChargePlans plans;
    private final Transactions transactions;
    private final InstantSource clock;

    Charges(
            PaymentStore payments,
            Receipts receipts,
            ChargeNotices notices,
            ChargePlans plans,
            Transactions transactions,
            InstantSource clock) {
        this.payments = payments;
        this.receipts = receipts;
        this.notices = notices;
        this.plans = plans;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Takes down what became of a charge. */
    Payment settle(UUID id, Outcome outcome) {
        return transactions.run(() -> {
            Payment held = payments.lock(id).orElseThrow();
            switch (outcome) {
                case Outcome.Succeeded paid -> paid(held, paid);
                case Outcome.Declined declined -> failed(held, declined.reason());
                case Outcome.Pending pending -> pending(held, pending);
                case Outcome.Unknown unknown -> unknown(held, unknown.reason());
                case Outcome.NotThere ignored -> absent(held);
            }
            return payments.find(id).orElseThrow();
        });
    }

    /**
     * Only what we asked for settles a payment. Another amount, or a second charge under the same id, is money all the same: it is
     * kept apart, for staff or as the account's credit.
     *
     * @return what was done, for the record
     */
    String paid(Payment held, Outcome.Succeeded paid) {
        if (held.state() == State.RECEIVED || held.state() == State.UNMATCHED) {
            return held.externalId().equals(Optional.of(paid.externalId())) ? "known" : second(held, paid);
        }
        if (!held.amount().equals(paid.amount())) {
            LOG.errorf("payment %s was for %s, the gateway says %s", held.id(), held.amount(), paid.amount());
            Receipt receipt = receipt(held.method(), paid);
            return receipts.bookUnmatched(SYSTEM, receipt, "asked for " + held.amount() + " by payment " + held.id())
                            .isPresent()
                    ? "another amount: for staff"
                    : "known";
        }
        // before the invoice's row: who begins a charge takes both in this order
        plans.attempt(held.id()).ifPresent(attempt -> plans.end(attempt.invoice()));
        receipts.arrived(SYSTEM, held, paid.externalId());
        return "received";
    }

    private String second(Payment held, Outcome.Succeeded paid) {
        AccountId account = held.account().orElseThrow();
        boolean fresh = receipts.book(
                        SYSTEM, receipt(held.method(), paid), new Receipts.Target(account, Optional.empty()))
                .isPresent();
        return fresh ? "a second charge: credit" : "known";
    }

    private Receipt receipt(Method method, Outcome.Succeeded paid) {
        return new Receipt(method, paid.externalId(), paid.amount(), Payment.Payer.UNKNOWN, clock.instant());
    }

    String failed(Payment held, String reason) {
        if (!held.state().open()) {
            return "too late";
        }
        payments.state(held.id(), State.FAILED, reason);
        notices.failed(held);
        return "failed";
    }

    /** One that was noted and not sent, and will not be. */
    void notSent(UUID id, String reason) {
        transactions.run(() -> payments.lock(id)
                .filter(held -> held.state() == State.CREATED)
                .ifPresent(held -> failed(held, reason)));
    }

    private void pending(Payment held, Outcome.Pending pending) {
        if (held.state().open()) {
            payments.pending(held.id(), pending);
            again(held.id(), "it is under way");
        }
    }

    private void unknown(Payment held, String reason) {
        if (held.state().open()) {
            payments.state(held.id(), State.UNKNOWN, reason);
            again(held.id(), reason);
        }
    }

    private void absent(Payment held) {
        if (held.state().open() && payments.attempts(held.id()) >= LOOKS_BEFORE_ABSENT) {
            failed(held, "it never reached the payment provider");
        } else if (held.state().open()) {
            again(held.id(), "it has none by our name");
        }
    }

    /** Rarer each time, and not for ever: then it stays as it is, in the staff's list. */
    private void again(UUID id, String answer) {
        Looks.OF_PAYMENT
                .next(payments.attempts(id))
                .ifPresentOrElse(wait -> payments.lookAgain(id, clock.instant().plus(wait)), () -> {
                    LOG.errorf("payment %s is not looked after any more: %s", id, answer);
                    payments.giveUp(id, Looks.OF_PAYMENT.ended(answer));
                });
    }
}
