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
    GRANTS(Side.DEBIT);

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
