package dev.berth.ledger.export;

import dev.berth.ledger.Transfer;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Transfers as comma-separated values (RFC 4180). Columns are only ever added, at the end. Amounts are decimal text in the
 * currency's unit, times UTC.
 */
public final class LedgerCsv {
    public static final List<String> COLUMNS = List.of(
            "id",
            "created_at",
            "source_type",
            "source_id",
            "step",
            "debit_owner",
            "debit_kind",
            "credit_owner",
            "credit_kind",
            "currency",
            "amount",
            "reason",
            "actor");

    private static final String END = "\r\n";

    private LedgerCsv() {}

    public static String of(List<Booking> bookings) {
        StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append(END);
        bookings.forEach(booking -> text.append(line(booking)).append(END));
        return text.toString();
    }

    private static String line(Booking booking) {
        Transfer t = booking.transfer();
        return List.of(
                        booking.id().toString(),
                        booking.at().toString(),
                        t.source().type(),
                        t.source().id(),
                        t.source().step(),
                        t.debit().owner().key(),
                        t.debit().kind().name(),
                        t.credit().owner().key(),
                        t.credit().kind().name(),
                        t.amount().currency().getCurrencyCode(),
                        t.amount().amount(),
                        harmless(t.reason()),
                        harmless(booking.actor()))
                .stream()
                .map(LedgerCsv::field)
                .collect(Collectors.joining(","));
    }

    /** People write reasons: a spreadsheet must not take one for a formula. */
    private static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String field(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
