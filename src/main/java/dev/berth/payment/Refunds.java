package dev.berth.payment;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.ledger.AccountKind;
import dev.berth.ledger.Lot;
import dev.berth.ledger.Rules;
import dev.berth.ledger.store.LedgerStore;
import dev.berth.payment.Payment.Method;
import dev.berth.payment.Refund.State;
import dev.berth.platform.Caller;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Pays back what was paid in, as far as it is the account's credit: what was given is never paid out, and what paid an invoice
 * is credit only after a credit note. The money leaves the credit before the gateway is asked, so that it cannot be spent
 * meanwhile, and comes back when the refund fails.
 */
@ApplicationScoped
public class Refunds {
    private static final Logger LOG = Logger.getLogger(Refunds.class);
    private static final int LOOKS_BEFORE_ABSENT = 4;
    private static final int MAX_SHOWN = 50;

    private final PaymentStore payments;
    private final RefundStore refunds;
    private final Instance<Gateway> gateways;
    private final LedgerStore ledger;
    private final AuditService audit;
    private final Transactions transactions;
    private final InstantSource clock;

    Refunds(
            PaymentStore payments,
            RefundStore refunds,
            Instance<Gateway> gateways,
            LedgerStore ledger,
            AuditService audit,
            Transactions transactions,
            InstantSource clock) {
        this.payments = payments;
        this.refunds = refunds;
        this.gateways = gateways;
        this.ledger = ledger;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** @param reason stands in the trail */
    public record NewRefund(
            @Nullable String amount, @Nullable String reason) {}

    /** First half, in a transaction: takes the money out of the account's credit. Give the id to {@link #send}. */
    public UUID begin(Caller caller, UUID paymentId, NewRefund input) {
        Tenancy.requireStaff(caller);
        return transactions.run(() -> {
            Payment held = payments.lock(paymentId).orElseThrow(() -> Problem.notFound("payment"));
            InputFaults faults = new InputFaults();
            String why = faults.text("reason", input.reason(), 300);
            Optional<Money> amount = PaymentDesk.amount(
                    faults, input.amount(), held.amount().currency().getCurrencyCode());
            amount.ifPresent(a -> faults.check(
                    a.compareTo(held.refundable()) <= 0,
                    "amount",
                    "must be at most " + held.refundable().amount()));
            faults.throwIfAny();
            UUID id = Ids.next(clock);
            take(caller, held, id, amount.orElseThrow());
            // staff have sent it themselves; a gateway is asked after this transaction
            State state = held.method() == Method.BANK_TRANSFER ? State.SUCCEEDED : State.CREATED;
            refunds.insert(
                    new Refund(
                            id,
                            paymentId,
                            state,
                            Optional.empty(),
                            amount.orElseThrow(),
                            why,
                            Optional.empty(),
                            clock.instant()),
                    caller.subject());
            audit.record(
                    caller,
                    Deed.of("payment.refund", "payment", paymentId)
                            .account(held.account().orElseThrow().value())
                            .because(why)
                            .with(amount.orElseThrow().toString()));
            return id;
        });
    }

    private void take(Caller caller, Payment payment, UUID refund, Money amount) {
        AccountId account = payment.account().orElseThrow();
        Comparator<Lot> ownFirst =
                Comparator.comparing(lot -> !Optional.of(lot.id()).equals(payment.lot()));
        List<Lot> paidIn = ledger.lots(Rules.of(account, AccountKind.CREDIT, amount)).stream()
                .filter(Lot::paid)
                .sorted(ownFirst)
                .toList();
        List<Lot.Take> takes = Lot.take(paidIn, amount)
                .orElseThrow(() -> Problem.conflict(
                        "not-enough-credit",
                        "The account has less than that in credit that was paid in; write a credit note first."));
        for (int i = 0; i < takes.size(); i++) {
            ledger.postFrom(
                    takes.get(i).lot(),
                    caller.subject(),
                    Rules.refunded(
                            account,
                            Receipts.place(payment.method()),
                            takes.get(i).amount(),
                            refund + "/" + i));
        }
        payments.refunded(payment.id(), amount);
    }

    /** Second half, outside of any transaction: asks the gateway, under the refund's own id. */
    public Refund send(UUID id) {
        Refund refund = refunds.find(id).orElseThrow();
        if (refund.state() != State.CREATED) {
            return refund;
        }
        Payment payment = payments.find(refund.payment()).orElseThrow();
        Optional<Gateway> gateway = gateways.stream()
                .filter(g -> g.on() && g.method() == payment.method())
                .findFirst();
        return gateway.map(g -> settle(id, g.refund(id, payment, refund.amount())))
                .orElse(refund);
    }

    /** Takes down what became of a refund; again and in any order. */
    Refund settle(UUID id, Outcome outcome) {
        return transactions.run(() -> {
            Refund held = refunds.lock(id).orElseThrow();
            boolean cameBack = outcome instanceof Outcome.Declined && held.state() == State.SUCCEEDED;
            if (held.state().open() || cameBack) {
                change(held, outcome);
            }
            return refunds.find(id).orElseThrow();
        });
    }

    private void change(Refund held, Outcome outcome) {
        switch (outcome) {
            case Outcome.Succeeded done ->
                refunds.state(held.id(), State.SUCCEEDED, Optional.of(done.externalId()), Optional.empty());
            case Outcome.Declined declined -> failed(held, declined.reason());
            case Outcome.Pending pending -> {
                refunds.state(held.id(), State.PENDING, pending.sessionId(), Optional.empty());
                again(held, "it is under way");
            }
            case Outcome.Unknown unknown -> {
                refunds.state(held.id(), State.UNKNOWN, Optional.empty(), Optional.of(unknown.reason()));
                again(held, unknown.reason());
            }
            case Outcome.NotThere ignored -> {
                if (refunds.attempts(held.id()) >= LOOKS_BEFORE_ABSENT) {
                    failed(held, "it never reached the payment provider");
                }
            }
        }
    }

    /** Rarer each time, and not for ever: then it stays as it is, in the staff's list. */
    private void again(Refund held, String answer) {
        Looks.OF_REFUND
                .next(refunds.attempts(held.id()))
                .ifPresentOrElse(
                        wait -> refunds.lookAgain(held.id(), clock.instant().plus(wait)), () -> {
                            LOG.errorf("refund %s is not looked after any more: %s", held.id(), answer);
                            refunds.giveUp(held.id(), Looks.OF_REFUND.ended(answer));
                        });
    }

    private void failed(Refund held, String reason) {
        Payment payment = payments.lock(held.payment()).orElseThrow();
        ledger.post(
                Charges.SYSTEM.subject(),
                Rules.refundFailed(
                        payment.account().orElseThrow(),
                        Receipts.place(payment.method()),
                        held.amount(),
                        held.id().toString()));
        payments.refunded(payment.id(), held.amount().negated());
        refunds.state(held.id(), State.FAILED, Optional.empty(), Optional.of(reason));
    }

    /** @throws Problem 404 when there is no such payment */
    public List<Refund> ofPayment(Caller caller, UUID paymentId) {
        Tenancy.requireStaff(caller);
        return refunds.ofPayment(paymentId);
    }

    /** Those whose end was not known after weeks and that are not asked for any more by themselves, newest first. */
    public List<Refund> givenUp(Caller caller) {
        Tenancy.requireStaff(caller);
        return refunds.givenUp(MAX_SHOWN);
    }

    /**
     * The gateway is asked anew what became of a refund, soon and as often as if it had just been sent. Nothing is sent by that.
     *
     * @throws Problem 409 when that is known
     */
    public Refund askAgain(Caller caller, UUID id) {
        Tenancy.requireStaff(caller);
        return transactions.run(() -> {
            Refund held = refunds.lock(id).orElseThrow(() -> Problem.notFound("refund"));
            if (!held.state().open()) {
                throw Problem.conflict("refund-ended", "It is known what became of this refund.");
            }
            refunds.lookFromStart(id);
            Payment payment = payments.find(held.payment()).orElseThrow();
            audit.record(
                    caller,
                    Deed.of("payment.refund-ask-again", "payment", held.payment())
                            .account(payment.account().orElseThrow().value())
                            .with(held.amount().toString()));
            return held;
        });
    }
}
