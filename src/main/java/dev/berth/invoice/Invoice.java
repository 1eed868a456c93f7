package dev.berth.invoice;

import dev.berth.party.BillingProfile;
import dev.berth.party.BillingProfile.VatProof;
import dev.berth.party.Language;
import dev.berth.party.PostalAddress;
import dev.berth.party.Seller;
import dev.berth.tax.TaxRow;
import dev.berth.tax.Treatment;
import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A bill of an account for a period: a draft that is computed anew each time it is looked at, or final and never changed.
 *
 * @param until a draft covers its period up to here; the period's end for all others
 * @param issue number and dates; empty for a draft
 * @param waitingFor why a draft whose period is over is not final yet
 * @param zone in which its dates are
 */
public record Invoice(
        InvoiceId id,
        AccountId account,
        State state,
        Period period,
        Instant until,
        Optional<Issue> issue,
        Totals totals,
        Parties parties,
        ZoneId zone,
        List<InvoiceLine> lines,
        Optional<String> waitingFor) {
    public Invoice {
        lines = List.copyOf(lines);
    }

    /** DRAFT, then FINAL, then PAID or VOID. */
    public enum State {
        DRAFT,
        FINAL,
        PAID,
        VOID
    }

    /** @param label the number as it is printed */
    public record Issue(String label, Instant issuedAt, Instant dueAt, Optional<Instant> paidAt) {}

    /** @param taxes one row for each category and rate; their bases sum to {@code net}, their taxes to {@code tax} */
    public record Totals(Money net, Money tax, Money total, List<TaxRow> taxes) {
        public Totals {
            taxes = List.copyOf(taxes);
        }

        /** Sums lines that are all taxed in the same way; tax is computed on the sum and rounded once. */
        public static Totals of(List<InvoiceLine> lines, Currency currency, Treatment treatment) {
            return of(List.of(TaxRow.of(treatment, net(lines, currency))), currency);
        }

        static Totals of(List<TaxRow> taxes, Currency currency) {
            Money net = taxes.stream().map(TaxRow::base).reduce(Money.zero(currency), Money::plus);
            Money tax = taxes.stream().map(TaxRow::tax).reduce(Money.zero(currency), Money::plus);
            return new Totals(net, tax, net.plus(tax), taxes);
        }

        /** The sum of lines without tax. */
        public static Money net(List<InvoiceLine> lines, Currency currency) {
            return lines.stream().map(InvoiceLine::amount).reduce(Money.zero(currency), Money::plus);
        }

        /** Hundredths of a percent; of the first row where there are several. */
        public int taxBasisPoints() {
            return taxes.isEmpty() ? 0 : taxes.getFirst().treatment().basisPoints();
        }
    }

    /** Both sides as they are written on the invoice: a snapshot. */
    public record Parties(SellerParty seller, BuyerParty buyer) {
        static Parties of(Seller seller, BillingProfile buyer) {
            return new Parties(SellerParty.of(seller), BuyerParty.of(buyer));
        }

        public String sellerName() {
            return seller.name();
        }

        /** Lines separated by {@code ;}. */
        public String sellerAddress() {
            return seller.address().lines(Locale.ENGLISH).stream()
                    .map(line -> line.replace(';', ','))
                    .collect(Collectors.joining(";"));
        }

        /** VAT id, or the number of the tax office; empty for neither. */
        public String sellerTaxId() {
            return seller.vatId().or(seller::taxNumber).orElse("");
        }

        public String sellerPayment() {
            return seller.payment();
        }

        public String buyerName() {
            return buyer.name();
        }

        public String buyerEmail() {
            return buyer.email();
        }
    }

    /** @param version of the seller; 0 on an invoice from before sellers had versions */
    public record SellerParty(
            String key,
            int version,
            String name,
            PostalAddress address,
            Optional<String> vatId,
            Optional<String> taxNumber,
            String payment,
            Optional<String> iban,
            Optional<String> bic,
            Optional<String> mailSender) {
        static SellerParty of(Seller s) {
            return new SellerParty(
                    s.key(),
                    s.version(),
                    s.name(),
                    s.address(),
                    s.vat().id(),
                    s.vat().taxNumber(),
                    s.terms().payment(),
                    s.terms().iban(),
                    s.terms().bic(),
                    s.terms().mailSender());
        }
    }

    /** @param version of the billing profile; 0 where the account had none */
    public record BuyerParty(
            int version, String name, String email, PostalAddress address, VatProof vat, Language language) {
        static BuyerParty of(BillingProfile p) {
            return new BuyerParty(p.version(), p.legalName(), p.email(), p.address(), p.vat(), p.language());
        }

        /** Whether it is told by mail of what was issued. */
        public boolean mailed() {
            return email.indexOf('@') > 0;
        }
    }

    /** An invoice in a list. */
    public record Summary(InvoiceId id, AccountId account, State state, Period period, Issue issue, Money total) {}
}
