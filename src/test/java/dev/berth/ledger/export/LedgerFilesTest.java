package dev.berth.ledger.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.ledger.AccountKind;
import dev.berth.ledger.LedgerAccount;
import dev.berth.ledger.Owner;
import dev.berth.ledger.Source;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.export.DatevBatch.Chart;
import dev.berth.ledger.export.DatevBatch.Office;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files for bookkeepers, byte for byte against files that were written by hand. */
class LedgerFilesTest {
    private static final Currency EUR = Currency.getInstance("EUR");
    private static final Owner CUSTOMER = Owner.of(AccountId.of("00000000-0000-7000-8000-00000000000a"));
    private static final Chart CHART = new Chart(
            "04",
            4,
            Map.of(AccountKind.RECEIVABLE, "1210", AccountKind.REVENUE, "4200", AccountKind.TAX, "3806"),
            Map.of(AccountKind.REVENUE, "40"));

    /** In Berlin the first one is of the next day, and of the next year. */
    private static final Booking NET = booking(
            1,
            "2025-12-31T23:30:00Z",
            new Transfer(
                    new Source("invoice", "0199-a/b_", "net"),
                    of(CUSTOMER, AccountKind.RECEIVABLE, "EUR"),
                    of(Owner.parse("house"), AccountKind.REVENUE, "EUR"),
                    Money.of("12.34", "EUR"),
                    "Invoice B2026-000001 für \"Müller\" → 5 €"));

    private static final Booking TAX = booking(
            2,
            "2026-01-31T12:00:00Z",
            new Transfer(
                    new Source("invoice", "i-2", "tax"),
                    of(CUSTOMER, AccountKind.RECEIVABLE, "EUR"),
                    of(Owner.parse("house"), AccountKind.TAX, "EUR"),
                    Money.of("0.05", "EUR"),
                    "T".repeat(70)));

    private static final Booking GRANT = new Booking(
            new UUID(0x7000L, 0x8000000000000003L),
            Instant.parse("2026-01-31T12:00:00Z"),
            new Transfer(
                    new Source("credit-grant", "g-1", "grant"),
                    of(Owner.parse("house"), AccountKind.GRANTS, "JPY"),
                    of(CUSTOMER, AccountKind.CREDIT, "JPY"),
                    Money.of("500", "JPY"),
                    "=1+1, no formula"),
            "user:ada");

    private static Booking booking(int n, String at, Transfer transfer) {
        return new Booking(new UUID(0x7000L, 0x8000000000000000L + n), Instant.parse(at), transfer, "system:billing");
    }

    private static LedgerAccount of(Owner owner, AccountKind kind, String currency) {
        return new LedgerAccount(owner, kind, Currency.getInstance(currency));
    }

    private static DatevBatch batch(String from, String to) {
        return new DatevBatch(
                new Office(29_098, 55_003, EUR),
                CHART,
                Instant.parse("2026-02-01T07:09:10.123Z"),
                LocalDate.parse("2026-01-01"),
                LocalDate.parse(from),
                LocalDate.parse(to),
                ZoneId.of("Europe/Berlin"));
    }

    private static String golden(String name, Charset charset) {
        try (InputStream file = LedgerFilesTest.class.getResourceAsStream("/ledger/" + name)) {
            return new String(Objects.requireNonNull(file).readAllBytes(), charset);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void datevGetsItsBatch() {
        String file = Datev.render(batch("2026-01-01", "2026-01-31"), List.of(NET, TAX));

        assertEquals(golden("datev.csv", Datev.CHARSET), new String(file.getBytes(Datev.CHARSET), Datev.CHARSET));
    }

    @Test
    void columnsOfTheTableAreStable() {
        assertEquals(golden("transfers.csv", StandardCharsets.UTF_8), LedgerCsv.of(List.of(NET, TAX, GRANT)));
    }

    @Test
    void whatDatevWouldRefuseIsRefusedHere() {
        assertEquals(Set.of(AccountKind.CREDIT, AccountKind.GRANTS), CHART.missing(List.of(NET, GRANT)));
        DatevBatch batch = batch("2026-01-01", "2026-01-31");
        assertThrows(IllegalArgumentException.class, () -> Datev.render(batch, List.of(GRANT)));
        assertThrows(IllegalArgumentException.class, () -> batch("2026-12-01", "2027-01-31"));
        assertThrows(IllegalArgumentException.class, () -> new Office(5, 1, EUR));
        assertThrows(
                IllegalArgumentException.class, () -> new Chart("04", 4, Map.of(AccountKind.TAX, "12a"), Map.of()));
    }

    @ParameterizedTest
    @CsvSource({"1001, 1", "9999999, 99999"})
    void numbersOfTheOfficeReachFromTo(int consultant, int client) {
        assertEquals(client, new Office(consultant, client, EUR).client());
        assertThrows(IllegalArgumentException.class, () -> new Office(1_000, client, EUR));
        assertThrows(IllegalArgumentException.class, () -> new Office(10_000_000, client, EUR));
        assertThrows(IllegalArgumentException.class, () -> new Office(consultant, 0, EUR));
        assertThrows(IllegalArgumentException.class, () -> new Office(consultant, 100_000, EUR));
    }

    @ParameterizedTest
    @CsvSource({"4, 12345, 123456", "8, 123456789, 1234567890"})
    void anAccountHasAsManyDigitsAsTheChartAndOneMoreForAPerson(int digits, String longest, String tooLong) {
        Chart chart = new Chart("", digits, Map.of(AccountKind.TAX, longest), Map.of(AccountKind.TAX, "1234"));

        assertEquals(digits, chart.digits());
        assertThrows(
                IllegalArgumentException.class,
                () -> new Chart("", digits, Map.of(AccountKind.TAX, tooLong), Map.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Chart("", digits, Map.of(), Map.of(AccountKind.TAX, "12345")));
        assertThrows(IllegalArgumentException.class, () -> new Chart("", 3, Map.of(), Map.of()));
        assertThrows(IllegalArgumentException.class, () -> new Chart("", 9, Map.of(), Map.of()));
    }
}
