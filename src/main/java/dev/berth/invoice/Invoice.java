package dev.berth.invoice;

import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import dev.berth.units.Period;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

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

    /** @param taxBasisPoints hundredths of a percent */
    public record Totals(Money net, Money tax, Money total, int taxBasisPoints) {
        /** Sums lines; tax is computed on the sum and rounded once. */
        public static Totals of(List<InvoiceLine> lines, Currency currency, int taxBasisPoints) {
            Money net = lines.stream().map(InvoiceLine::amount).reduce(Money.zero(currency), Money::plus);
            BigDecimal exactTax = net.decimal().multiply(BigDecimal.valueOf(taxBasisPoints, 4));
            Money tax = Money.rounded(exactTax, currency);
            return new Totals(net, tax, net.plus(tax), taxBasisPoints);
        }
    }

    /** @param sellerAddress lines separated by {@code ;} */
    public record Parties(
            String sellerName,
            String sellerAddress,
            String sellerTaxId,
            String sellerPayment,
            String buyerName,
            String buyerEmail) {}

    /** An invoice in a list. */
    public record Summary(InvoiceId id, AccountId account, State state, Period period, Issue issue, Money total) {}
}
