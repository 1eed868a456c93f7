package dev.berth.invoice;

import dev.berth.units.AccountId;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes an invoice back, or parts of its lines. Its parties, tax rate and time zone are the invoice's.
 *
 * @param label the number as it is printed
 * @param invoice label of the invoice it is about
 * @param settled what became of its total
 */
public record CreditNote(
        UUID id,
        AccountId account,
        String label,
        InvoiceId invoiceId,
        String invoice,
        Instant issuedAt,
        String reason,
        Totals totals,
        Settled settled,
        List<Line> lines) {
    public CreditNote {
        lines = List.copyOf(lines);
    }

    /** All positive; {@code taxBasisPoints} is the invoice's rate in hundredths of a percent. */
    public record Totals(Money net, Money tax, Money total, int taxBasisPoints) {}

    /**
     * What became of the total.
     *
     * @param reduced taken off what was open of the invoice
     * @param returned had been paid already; it became credit
     */
    public record Settled(Money reduced, Money returned) {}

    /**
     * A part of an invoice's line.
     *
     * @param line its number on the invoice
     * @param label what was charged for
     * @param quantity base units of it that are taken back; empty where an amount was named
     * @param amount without tax; has the sign of the invoice's line
     */
    public record Line(
            int n,
            int line,
            String hostname,
            String label,
            Optional<BigInteger> quantity,
            Money amount,
            String reason) {}
}
