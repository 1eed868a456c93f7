package dev.berth.payment;

import dev.berth.payment.PaymentService.InvoicePayments;
import dev.berth.payment.PaymentService.Settings;
import dev.berth.units.AccountId;
import dev.berth.units.Amount;
import dev.berth.units.InvoiceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Payments as the API shows them. */
final class PaymentJson {
    private PaymentJson() {}

    /** @param accountId empty while nobody knows whose it is */
    record Shown(
            UUID id,
            Optional<UUID> accountId,
            String method,
            String state,
            Optional<UUID> invoiceId,
            Optional<String> externalId,
            Amount amount,
            Amount refunded,
            Optional<String> payerName,
            Optional<String> remittance,
            Optional<String> reason,
            Instant createdAt,
            Optional<Instant> receivedAt) {
        static Shown of(Payment p) {
            return new Shown(
                    p.id(),
                    p.account().map(AccountId::value),
                    p.method().name(),
                    p.state().name(),
                    p.invoice().map(InvoiceId::value),
                    p.externalId(),
                    Amount.of(p.amount()),
                    Amount.of(p.refunded()),
                    p.payer().name(),
                    p.payer().remittance(),
                    p.reason(),
                    p.createdAt(),
                    p.receivedAt());
        }
    }

    /** @param paymentId that the credit came from; empty when it was given */
    record Part(
            UUID id,
            Optional<UUID> paymentId,
            UUID creditLotId,
            Amount amount,
            Instant at,
            Optional<Instant> reversedAt) {
        static Part of(Allocation a) {
            return new Part(a.id(), a.payment(), a.lot(), Amount.of(a.amount()), a.at(), a.reversedAt());
        }
    }

    /**
     * @param chargeAt when what is open is charged to the saved card; missing: it is not
     * @param reference for a bank transfer (ISO 11649)
     */
    record OfInvoice(
            UUID invoiceId,
            String label,
            Amount total,
            Amount open,
            Instant dueAt,
            Optional<Instant> chargeAt,
            String reference,
            List<Part> allocations) {
        static OfInvoice of(InvoicePayments p) {
            return new OfInvoice(
                    p.invoice().id().value(),
                    p.invoice().label(),
                    Amount.of(p.invoice().total()),
                    Amount.of(p.invoice().open()),
                    p.invoice().dueAt(),
                    p.chargeAt(),
                    p.reference().toString(),
                    p.allocations().stream().map(Part::of).toList());
        }
    }

    /**
     * @param reference for a bank transfer that is meant for no invoice (ISO 11649)
     * @param cardsKept how many removed cards the payment provider did not let go within days
     * @param chargeCard whether invoices are charged to the saved card when they are due
     * @param agreedAt since when
     */
    record Terms(
            UUID accountId,
            String reference,
            boolean creditPartly,
            boolean cardSaved,
            int cardsKept,
            boolean chargeCard,
            Optional<Instant> agreedAt) {
        static Terms of(Settings s) {
            return new Terms(
                    s.account().id(),
                    s.reference().toString(),
                    s.creditPartly(),
                    s.cardSaved(),
                    s.cardsKept(),
                    s.chargedSince().isPresent(),
                    s.chargedSince());
        }
    }
}
