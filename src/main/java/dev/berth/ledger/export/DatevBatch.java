package dev.berth.ledger.export;

import dev.berth.ledger.AccountKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Currency;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What stands above a batch of bookings, and which account of the bookkeeper's chart each kind of the ledger is.
 *
 * @param created when the file was made
 * @param fiscalYear first day of the business year that the batch lies in
 * @param from first day of the batch
 * @param to last day of it
 * @param zone in which days begin
 */
public record DatevBatch(
        Office office, Chart chart, Instant created, LocalDate fiscalYear, LocalDate from, LocalDate to, ZoneId zone) {
    public DatevBatch {
        if (from.isBefore(fiscalYear) || to.isBefore(from) || !to.isBefore(fiscalYear.plusYears(1))) {
            throw new IllegalArgumentException(
                    "%s to %s is no part of the business year from %s".formatted(from, to, fiscalYear));
        }
    }

    /**
     * Whose books they are.
     *
     * @param consultant number of the tax adviser, 1001 to 9999999
     * @param client number of the client, 1 to 99999
     */
    public record Office(int consultant, int client, Currency currency) {
        public Office {
            if (consultant < 1_001 || consultant > 9_999_999 || client < 1 || client > 99_999) {
                throw new IllegalArgumentException("consultant %d, client %d: must be 1001 to 9999999 and 1 to 99999"
                        .formatted(consultant, client));
            }
        }
    }

    /**
     * A chart of accounts.
     *
     * @param name of the standard chart, {@code 03} or {@code 04}; empty for another one
     * @param digits of an account's number, 4 to 8
     * @param accounts number by kind of the ledger
     * @param taxKeys DATEV's key ("BU-Schlüssel") by kind, where bookings on its account need one
     */
    public record Chart(String name, int digits, Map<AccountKind, String> accounts, Map<AccountKind, String> taxKeys) {
        public Chart {
            accounts = Map.copyOf(accounts);
            taxKeys = Map.copyOf(taxKeys);
            if (digits < 4 || digits > 8) {
                throw new IllegalArgumentException("accounts have %d digits, must be 4 to 8".formatted(digits));
            }
            accounts.values().forEach(number -> requireNumber(number, digits + 1));
            taxKeys.values().forEach(key -> requireNumber(key, 4));
        }

        private static void requireNumber(String text, int digits) {
            if (!text.matches("[0-9]{1," + digits + "}")) {
                throw new IllegalArgumentException("'%s' is no number of up to %d digits".formatted(text, digits));
            }
        }

        /** Kinds that bookings touch and that have no account. */
        public Set<AccountKind> missing(List<Booking> bookings) {
            EnumSet<AccountKind> missing = EnumSet.noneOf(AccountKind.class);
            for (Booking booking : bookings) {
                missing.add(booking.transfer().debit().kind());
                missing.add(booking.transfer().credit().kind());
            }
            missing.removeAll(accounts.keySet());
            return missing;
        }

        String account(AccountKind kind) {
            String number = accounts.get(kind);
            if (number == null) {
                throw new IllegalArgumentException("%s has no account".formatted(kind));
            }
            return number;
        }

        String taxKey(AccountKind debit, AccountKind credit) {
            return taxKeys.getOrDefault(credit, taxKeys.getOrDefault(debit, ""));
        }
    }
}
