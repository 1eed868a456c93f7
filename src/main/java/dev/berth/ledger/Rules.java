package dev.berth.ledger;

import dev.berth.units.AccountId;
import dev.berth.units.Money;
import java.util.ArrayList;
import java.util.List;

/** Which transfers an event of the business is. */
public final class Rules {
    public static final String INVOICE = "invoice";
    public static final String CREDIT_NOTE = "credit-note";
    public static final String CREDIT_GRANT = "credit-grant";
    public static final String CREDIT_LOT = "credit-lot";
    public static final String ALLOCATION = "payment-allocation";
    public static final String PAYMENT = "payment";
    public static final String REFUND = "refund";
    public static final String DISPUTE = "dispute";

    private Rules() {}

    /** Staff give credit: an expense of the house, owed to the account. */
    public static List<Transfer> creditGranted(AccountId account, Money amount, String grantId, String reason) {
        return List.of(new Transfer(
                new Source(CREDIT_GRANT, grantId, "grant"),
                house(AccountKind.GRANTS, amount),
                of(account, AccountKind.CREDIT, amount),
                amount,
                reason));
    }

    /** An invoice became final: the account owes net and tax. A part of nothing is no transfer. */
    public static List<Transfer> invoiceFinalised(
            AccountId account, String invoiceId, String number, Money net, Money tax) {
        List<Transfer> transfers = new ArrayList<>();
        if (!net.isZero()) {
            transfers.add(new Transfer(
                    new Source(INVOICE, invoiceId, "net"),
                    of(account, AccountKind.RECEIVABLE, net),
                    house(AccountKind.REVENUE, net),
                    net,
                    "Invoice " + number));
        }
        if (!tax.isZero()) {
            transfers.add(new Transfer(
                    new Source(INVOICE, invoiceId, "tax"),
                    of(account, AccountKind.RECEIVABLE, tax),
                    house(AccountKind.TAX, tax),
                    tax,
                    "Tax of invoice " + number));
        }
        return List.copyOf(transfers);
    }

    /** Credit pays an invoice, or a part of it. */
    public static List<Transfer> allocated(AccountId account, String allocationId, String number, Money amount) {
        return List.of(new Transfer(
                new Source(ALLOCATION, allocationId, "paid"),
                of(account, AccountKind.CREDIT, amount),
                of(account, AccountKind.RECEIVABLE, amount),
                amount,
                "Credit pays invoice " + number));
    }

    /** Money came in for an account: to the bank or to a gateway. */
    public static List<Transfer> paymentReceived(AccountId account, AccountKind where, Money amount, String paymentId) {
        return List.of(new Transfer(
                new Source(PAYMENT, paymentId, "received"),
                house(where, amount),
                of(account, AccountKind.CREDIT, amount),
                amount,
                "Payment received"));
    }

    /** Money came in and nobody knows yet for whom. */
    public static List<Transfer> unmatchedReceived(AccountKind where, Money amount, String paymentId) {
        return List.of(new Transfer(
                new Source(PAYMENT, paymentId, "unmatched"),
                house(where, amount),
                house(AccountKind.UNMATCHED, amount),
                amount,
                "Payment received, not matched"));
    }

    /** Whose it is was found out. */
    public static List<Transfer> paymentAssigned(AccountId account, Money amount, String paymentId) {
        return List.of(new Transfer(
                new Source(PAYMENT, paymentId, "received"),
                house(AccountKind.UNMATCHED, amount),
                of(account, AccountKind.CREDIT, amount),
                amount,
                "Payment received"));
    }

    /** Credit goes back to whoever paid it in. */
    public static List<Transfer> refunded(AccountId account, AccountKind from, Money amount, String refundId) {
        return List.of(new Transfer(
                new Source(REFUND, refundId, "sent"),
                of(account, AccountKind.CREDIT, amount),
                house(from, amount),
                amount,
                "Refund"));
    }

    /** A refund did not arrive: the money is credit again. */
    public static List<Transfer> refundFailed(AccountId account, AccountKind from, Money amount, String refundId) {
        return List.of(new Transfer(
                new Source(REFUND, refundId, "failed"),
                house(from, amount),
                of(account, AccountKind.CREDIT, amount),
                amount,
                "Refund did not arrive"));
    }

    /** A gateway holds a disputed payment back. */
    public static List<Transfer> disputeOpened(Money amount, String disputeId) {
        return List.of(new Transfer(
                new Source(DISPUTE, disputeId, "opened"),
                house(AccountKind.DISPUTED, amount),
                house(AccountKind.GATEWAY, amount),
                amount,
                "Payment disputed"));
    }

    /** What the gateway takes for a dispute or a payment. */
    public static List<Transfer> feeTaken(Money fee, String type, String sourceId) {
        return List.of(new Transfer(
                new Source(type, sourceId, "fee"),
                house(AccountKind.FEES, fee),
                house(AccountKind.GATEWAY, fee),
                fee,
                "Fee of the payment gateway"));
    }

    /** The dispute was decided for us: the money is with the gateway again. */
    public static List<Transfer> disputeWon(Money amount, String disputeId) {
        return List.of(new Transfer(
                new Source(DISPUTE, disputeId, "won"),
                house(AccountKind.GATEWAY, amount),
                house(AccountKind.DISPUTED, amount),
                amount,
                "Dispute won"));
    }

    /** The dispute was lost: what the payment paid is owed again, or what is left of its credit is gone. */
    public static List<Transfer> disputeLost(AccountId account, AccountKind from, Money amount, Source source) {
        return List.of(new Transfer(
                source, of(account, from, amount), house(AccountKind.DISPUTED, amount), amount, "Dispute lost"));
    }

    /** More was taken back for a lost dispute than it was about: the rest is credit again. */
    public static List<Transfer> disputeRest(AccountId account, Money rest, String disputeId) {
        return List.of(new Transfer(
                new Source(DISPUTE, disputeId, "rest"),
                house(AccountKind.DISPUTED, rest),
                of(account, AccountKind.CREDIT, rest),
                rest,
                "Rest of a payment that was taken back"));
    }

    /** A dispute was lost over money that is not the account's any more: the house bears it. */
    public static List<Transfer> disputeBorne(Money amount, String disputeId) {
        return List.of(new Transfer(
                new Source(DISPUTE, disputeId, "borne"),
                house(AccountKind.FEES, amount),
                house(AccountKind.DISPUTED, amount),
                amount,
                "Dispute lost, borne by the house"));
    }

    /** The time of granted credit is over. */
    public static List<Transfer> creditExpired(AccountId account, Money amount, String lotId) {
        return List.of(new Transfer(
                new Source(CREDIT_LOT, lotId, "expired"),
                of(account, AccountKind.CREDIT, amount),
                house(AccountKind.EXPIRED, amount),
                amount,
                "Credit expired"));
    }

    /**
     * What a credit note takes back.
     *
     * @param returned the part of net and tax that had been paid
     */
    public record TakenBack(Money net, Money tax, Money returned) {}

    /** A credit note takes back what an invoice charged; what had been paid becomes credit. */
    public static List<Transfer> credited(AccountId account, String noteId, String number, TakenBack back) {
        Money net = back.net();
        Money tax = back.tax();
        Money returned = back.returned();
        List<Transfer> transfers = new ArrayList<>();
        transfers.add(new Transfer(
                new Source(CREDIT_NOTE, noteId, "net"),
                house(AccountKind.REVENUE, net),
                of(account, AccountKind.RECEIVABLE, net),
                net,
                "Credit note " + number));
        if (!tax.isZero()) {
            transfers.add(new Transfer(
                    new Source(CREDIT_NOTE, noteId, "tax"),
                    house(AccountKind.TAX, tax),
                    of(account, AccountKind.RECEIVABLE, tax),
                    tax,
                    "Tax of credit note " + number));
        }
        if (!returned.isZero()) {
            transfers.add(new Transfer(
                    new Source(CREDIT_NOTE, noteId, "returned"),
                    of(account, AccountKind.RECEIVABLE, returned),
                    of(account, AccountKind.CREDIT, returned),
                    returned,
                    "Credit note " + number + " gives back what was paid"));
        }
        return List.copyOf(transfers);
    }

    public static LedgerAccount of(AccountId account, AccountKind kind, Money like) {
        return new LedgerAccount(Owner.of(account), kind, like.currency());
    }

    private static LedgerAccount house(AccountKind kind, Money like) {
        return new LedgerAccount(new Owner.House(), kind, like.currency());
    }
}
