package dev.berth.payment;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.invoice.OpenInvoice;
import dev.berth.invoice.OpenInvoices;
import dev.berth.ledger.AccountKind;
import dev.berth.ledger.Rules;
import dev.berth.ledger.Source;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.store.CreditLots;
import dev.berth.ledger.store.LedgerStore;
import dev.berth.payment.Payment.Method;
import dev.berth.payment.Payment.Payer;
import dev.berth.payment.Payment.State;
import dev.berth.platform.Caller;
import dev.berth.platform.Ids;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes in money from outside, once: the bank's or gateway's name for it is unique, and the row, the ledger and what it pays
 * are one transaction. It becomes the account's credit, pays the invoice it is meant for, and what is more stays credit.
 */
@ApplicationScoped
class Receipts {
    private final PaymentStore payments;
    private final Allocator allocator;
    private final OpenInvoices invoices;
    private final LedgerStore ledger;
    private final CreditLots lots;
    private final AuditService audit;
    private final Transactions transactions;
    private final InstantSource clock;

    Receipts(
            PaymentStore payments,
            Allocator allocator,
            OpenInvoices invoices,
            LedgerStore ledger,
            CreditLots lots,
            AuditService audit,
            Transactions transactions,
            InstantSource clock) {
        this.payments = payments;
        this.allocator = allocator;
        this.invoices = invoices;
        this.ledger = ledger;
        this.lots = lots;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Money that came in.
     *
     * @param externalId unique for its method
     * @param at when the bank or gateway had it
     */
    record Receipt(Method method, String externalId, Money amount, Payer payer, Instant at) {}

    /** Whose it is, and what it is meant for. */
    record Target(AccountId account, Optional<InvoiceId> invoice) {
        static Target of(OpenInvoice invoice) {
            return new Target(invoice.account(), Optional.of(invoice.id()));
        }
    }

    /** Where money of a method is until it is somewhere else. */
    static AccountKind place(Method method) {
        return switch (method) {
            case BANK_TRANSFER -> AccountKind.BANK;
            case STRIPE -> AccountKind.GATEWAY;
        };
    }

    /** @return empty when it was booked before */
    Optional<Payment> book(Caller actor, Receipt receipt, Target target) {
        return transactions.run(() -> {
            hold(target);
            UUID id = Ids.next(clock);
            // PENDING until the lot is there, within this transaction
            Payment payment = payment(id, receipt, Optional.of(target), State.PENDING, Optional.empty());
            if (!payments.insert(payment, actor.subject())) {
                return Optional.empty();
            }
            List<Transfer> transfers =
                    Rules.paymentReceived(target.account(), place(receipt.method()), receipt.amount(), id.toString());
            return Optional.of(credit(actor, payment, target, transfers, receipt.at()));
        });
    }

    /**
     * The same for money whose owner nobody knows.
     *
     * @param reason for staff
     * @return empty when it was booked before
     */
    Optional<Payment> bookUnmatched(Caller actor, Receipt receipt, String reason) {
        return transactions.run(() -> {
            UUID id = Ids.next(clock);
            Payment payment = payment(id, receipt, Optional.empty(), State.UNMATCHED, Optional.of(reason));
            if (!payments.insert(payment, actor.subject())) {
                return Optional.empty();
            }
            ledger.post(
                    actor.subject(), Rules.unmatchedReceived(place(receipt.method()), receipt.amount(), id.toString()));
            return Optional.of(payment);
        });
    }

    private Payment payment(UUID id, Receipt receipt, Optional<Target> target, State state, Optional<String> reason) {
        return new Payment(
                id,
                target.map(Target::account),
                receipt.method(),
                state,
                target.flatMap(Target::invoice),
                Optional.of(receipt.externalId()),
                receipt.amount(),
                Money.zero(receipt.amount().currency()),
                Optional.empty(),
                receipt.payer(),
                reason,
                clock.instant(),
                state == State.UNMATCHED ? Optional.of(receipt.at()) : Optional.empty());
    }

    /** An unmatched payment whose row is held is this account's. */
    Payment assign(Caller actor, Payment unmatched, Target target) {
        hold(target);
        List<Transfer> transfers = Rules.paymentAssigned(
                target.account(), unmatched.amount(), unmatched.id().toString());
        return credit(actor, unmatched, target, transfers, clock.instant());
    }

    /** A payment that was on its way, and whose row is held, has come in. */
    Payment arrived(Caller actor, Payment pending, String externalId) {
        Target target = new Target(pending.account().orElseThrow(), pending.invoice());
        hold(target);
        Payment named = withExternalId(pending, externalId);
        List<Transfer> transfers = Rules.paymentReceived(
                target.account(),
                place(pending.method()),
                pending.amount(),
                pending.id().toString());
        return credit(actor, named, target, transfers, clock.instant());
    }

    private static Payment withExternalId(Payment p, String externalId) {
        return new Payment(
                p.id(),
                p.account(),
                p.method(),
                p.state(),
                p.invoice(),
                Optional.of(externalId),
                p.amount(),
                p.refunded(),
                p.lot(),
                p.payer(),
                p.reason(),
                p.createdAt(),
                p.receivedAt());
    }

    private void hold(Target target) {
        target.invoice().ifPresent(invoices::lock);
    }

    /** @param at when the money came, unless that is known already */
    private Payment credit(Caller actor, Payment payment, Target target, List<Transfer> transfers, Instant at) {
        String id = payment.id().toString();
        ledger.post(actor.subject(), transfers);
        UUID lot = lots.of(new Source(Rules.PAYMENT, id, "received")).orElseThrow();
        payments.received(payment, target, lot, at);
        target.invoice()
                .flatMap(invoices::lock)
                .filter(held -> held.open().isPositive()
                        && held.open().currency().equals(payment.amount().currency()))
                .ifPresent(held -> allocator.fromLot(actor, held, lot));
        audit.record(
                actor,
                Deed.of("payment.receive", "payment", id)
                        .account(target.account().value())
                        .with(payment.method() + " " + payment.amount()));
        return payments.find(payment.id()).orElseThrow();
    }
}
