package dev.berth.document;

import dev.berth.document.Document.Category;
import dev.berth.units.Money;
import java.math.BigDecimal;

/** How both XML forms write numbers and codes. */
final class Numbers {
    /** UN/ECE Recommendation 20: one. */
    static final String ONE = "C62";

    /** UNTDID 4461: SEPA credit transfer. */
    private static final String SEPA = "58";

    /**
     * Online payment service. Not 48, bank card: that has to name digits of the card (BR-DE-24-a, BT-87), which only the gateway knows, and its
     * owner may have saved another by then.
     */
    private static final String ONLINE = "68";

    /** Not defined, for whatever else the terms say. */
    private static final String NOT_DEFINED = "1";

    private Numbers() {}

    /** The price of one, which may not be negative (BR-27). */
    static String price(Money net) {
        return net.decimal().abs().toPlainString();
    }

    /** One, or minus one for what is given back. */
    static String count(Money net) {
        return net.minor() < 0 ? "-1" : "1";
    }

    static String percent(int basisPoints) {
        return BigDecimal.valueOf(basisPoints, 2).toPlainString();
    }

    static String means(Document document) {
        return switch (document.payment().means()) {
            case TRANSFER -> SEPA;
            case CARD -> ONLINE;
            case OTHER -> NOT_DEFINED;
        };
    }

    /** Whether it is outside the scope of VAT: then nobody's VAT id may stand in it (BR-O-2). */
    static boolean outOfScope(Document document) {
        return document.taxes().stream().anyMatch(tax -> tax.vat().category() == Category.O);
    }
}
