package dev.berth.ledger;

/** What an account of the ledger holds, and on which side it grows. */
public enum AccountKind {
    /** What an account has paid in or was granted and not spent: we owe it. Never below zero. */
    CREDIT(Side.CREDIT),
    /** What an account owes us for final invoices. */
    RECEIVABLE(Side.DEBIT),
    /** Earned, without tax. */
    REVENUE(Side.CREDIT),
    /** Collected for the tax office. */
    TAX(Side.CREDIT),
    /** Credit given away by staff: an expense. */
    GRANTS(Side.DEBIT),
    /** Money in the house's bank account. */
    BANK(Side.DEBIT),
    /** Money that a payment gateway has for us. */
    GATEWAY(Side.DEBIT),
    /** What banks and gateways take for their work: an expense. */
    FEES(Side.DEBIT),
    /** Money that a gateway holds back until a dispute is decided. */
    DISPUTED(Side.DEBIT),
    /** Granted credit whose time is over: it comes back to the house. */
    EXPIRED(Side.CREDIT),
    /** Received, but nobody knows yet for whom: we owe it. */
    UNMATCHED(Side.CREDIT);

    private final Side normalSide;

    AccountKind(Side normalSide) {
        this.normalSide = normalSide;
    }

    public Side normalSide() {
        return normalSide;
    }

    /** Left or right of the ledger. */
    public enum Side {
        DEBIT,
        CREDIT
    }
}
