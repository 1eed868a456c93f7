package dev.berth.invoice;

import dev.berth.units.Amount;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A credit note as the API shows it.
 *
 * @param reduced taken off what was open of the invoice
 * @param returned had been paid and became credit
 */
public record CreditNoteJson(
        UUID id,
        UUID accountId,
        String number,
        UUID invoiceId,
        String invoiceNumber,
        Instant issuedAt,
        String reason,
        Amount net,
        int taxBasisPoints,
        Amount tax,
        Amount total,
        Amount reduced,
        Amount returned,
        List<Line> lines) {
    public CreditNoteJson {
        lines = List.copyOf(lines);
    }

    /** @param line number of the invoice's line; amounts without tax */
    public record Line(
            int n,
            int line,
            String hostname,
            String label,
            Optional<BigInteger> quantity,
            Amount amount,
            String reason) {
        static Line of(CreditNote.Line l) {
            return new Line(l.n(), l.line(), l.hostname(), l.label(), l.quantity(), Amount.of(l.amount()), l.reason());
        }
    }

    static CreditNoteJson of(CreditNote c) {
        return new CreditNoteJson(
                c.id(),
                c.account().value(),
                c.label(),
                c.invoiceId().value(),
                c.invoice(),
                c.issuedAt(),
                c.reason(),
                Amount.of(c.totals().net()),
                c.totals().taxBasisPoints(),
                Amount.of(c.totals().tax()),
                Amount.of(c.totals().total()),
                Amount.of(c.settled().reduced()),
                Amount.of(c.settled().returned()),
                c.lines().stream().map(Line::of).toList());
    }
}
