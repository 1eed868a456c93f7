package dev.berth.ledger;

import dev.berth.units.AccountId;
import dev.berth.units.Money;
import java.util.ArrayList;
import java.util.List;

/** Which transfers an event of the business is. */
public final class Rules {
    public static final String INVOICE = "invoice";
    public static final String CREDIT_GRANT = "credit-grant";

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

    /** Credit pays an invoice. */
    public static List<Transfer> paidFromCredit(AccountId account, String invoiceId, String number, Money total) {
        return List.of(new Transfer(
                new Source(INVOICE, invoiceId, "paid-from-credit"),
                of(account, AccountKind.CREDIT, total),
                of(account, AccountKind.RECEIVABLE, total),
                total,
                "Credit pays invoice " + number));
    }

    public static LedgerAccount of(AccountId account, AccountKind kind, Money like) {
        return new LedgerAccount(Owner.of(account), kind, like.currency());
    }

    private static LedgerAccount house(AccountKind kind, Money like) {
        return new LedgerAccount(new Owner.House(), kind, like.currency());
    }
}
