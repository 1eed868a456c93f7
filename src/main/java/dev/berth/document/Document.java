package dev.berth.document;

import dev.berth.units.Money;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/**
 * An invoice or a credit note in the terms of EN 16931-1. Amounts are what is printed, to the last unit: the compact constructor
 * refuses sums that do not add up (rules BR-CO-10 to BR-CO-17). A draft may be one without lines; its XML is never written.
 *
 * @param number BT-1
 * @param buyerReference BT-10, what the buyer wants to see on it; the Leitweg-ID of a German authority
 * @param preceding BG-3, the invoice that a credit note corrects
 * @param notes BT-22, what the law or the seller wants said
 */
public record Document(
        Type type,
        String number,
        Dates dates,
        Party seller,
        Party buyer,
        Optional<String> buyerReference,
        Optional<Preceding> preceding,
        List<Line> lines,
        List<Tax> taxes,
        Totals totals,
        Payment payment,
        Language language,
        List<String> notes) {
    public Document {
        lines = List.copyOf(lines);
        taxes = List.copyOf(taxes);
        notes = List.copyOf(notes);
        require(!number.isBlank(), "has no number");
        Currency currency = totals.total().currency();
        Money net = sum(lines.stream().map(Line::net).toList(), currency);
        require(net.equals(totals.net()), "lines sum to %s, not %s".formatted(net, totals.net()));
        Money bases = sum(taxes.stream().map(Tax::base).toList(), currency);
        require(bases.equals(totals.net()), "tax is on %s, not %s".formatted(bases, totals.net()));
        Money tax = sum(taxes.stream().map(Tax::tax).toList(), currency);
        require(tax.equals(totals.tax()), "taxes sum to %s, not %s".formatted(tax, totals.tax()));
        for (Tax row : taxes) {
            List<Money> own = lines.stream()
                    .filter(line -> line.vat().equals(row.vat()))
                    .map(Line::net)
                    .toList();
            require(
                    sum(own, currency).equals(row.base()),
                    "lines of %s do not sum to %s".formatted(row.vat(), row.base()));
        }
    }

    /** The same with what the buyer wants to see on it. */
    public Document withBuyerReference(String reference) {
        return new Document(
                type,
                number,
                dates,
                seller,
                buyer,
                Optional.of(reference),
                preceding,
                lines,
                taxes,
                totals,
                payment,
                language,
                notes);
    }

    private static Money sum(List<Money> amounts, Currency currency) {
        return amounts.stream().reduce(Money.zero(currency), Money::plus);
    }

    private static void require(boolean holds, String fault) {
        if (!holds) {
            throw new IllegalArgumentException("a document " + fault);
        }
    }

    /** UNTDID 1001. */
    public enum Type {
        INVOICE("380"),
        CREDIT_NOTE("381");

        private final String code;

        Type(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    /**
     * Days in the buyer's time zone.
     *
     * @param due BT-9
     * @param to the last day of the service, BT-74
     */
    public record Dates(LocalDate issued, Optional<LocalDate> due, LocalDate from, LocalDate to) {}

    /**
     * Seller or buyer.
     *
     * @param taxNumber of the national tax office (BT-32)
     * @param email also its electronic address (BT-34, BT-49)
     */
    public record Party(
            String name,
            Address address,
            Optional<String> vatId,
            Optional<String> taxNumber,
            Optional<String> email,
            Optional<Contact> contact) {}

    /**
     * @param street up to three lines
     * @param country ISO 3166-1 alpha-2
     */
    public record Address(List<String> street, String postalCode, String city, String country) {
        public Address {
            street = List.copyOf(street);
        }
    }

    /** BG-6. */
    public record Contact(String name, String telephone, String email) {}

    public record Preceding(String number, LocalDate issued) {}

    /** A category of UNTDID 5305 as EN 16931 uses it. */
    public enum Category {
        S,
        Z,
        E,
        AE,
        G,
        O
    }

    /** @param basisPoints hundredths of a percent */
    public record Vat(Category category, int basisPoints) {}

    /**
     * What is charged. In XML its quantity is one, at its amount: the amount was rounded once after a fraction of a cent was carried
     * in, so that quantity times price need not be it. What was measured stands in {@code quantity} and {@code price}.
     *
     * @param detail what it is for: host name, plan, time
     * @param quantity for people, with its unit
     * @param price for people, with its unit
     * @param from first day of the service, BT-134
     * @param to last day
     */
    public record Line(
            int n,
            String name,
            String detail,
            String quantity,
            String price,
            Money net,
            Vat vat,
            LocalDate from,
            LocalDate to) {}

    /**
     * A row of the tax breakdown, BG-23.
     *
     * @param label of the rate, for people
     * @param reason why no tax is charged
     * @param reasonCode of the list VATEX
     */
    public record Tax(
            Vat vat, Money base, Money tax, String label, Optional<String> reason, Optional<String> reasonCode) {}

    /** @param prepaid what was paid when it was issued, BT-113 */
    public record Totals(Money net, Money tax, Money total, Money prepaid) {
        public Totals {
            if (!net.plus(tax).equals(total)) {
                throw new IllegalArgumentException("%s and %s do not make %s".formatted(net, tax, total));
            }
        }

        /** BT-115. */
        public Money due() {
            return total.minus(prepaid);
        }
    }

    /** How it is paid. */
    public enum Means {
        TRANSFER,
        /** The seller charges a card that the buyer saved. */
        CARD,
        /** As the terms say, or not at all. */
        OTHER
    }

    /**
     * @param reference what the payer is to write, BT-83
     * @param terms in words, BT-20
     */
    public record Payment(Means means, Optional<String> iban, Optional<String> bic, String reference, String terms) {}
}
