package dev.berth.ledger.store;

import static dev.berth.testing.Given.as;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.ledger.AccountKind;
import dev.berth.ledger.Rules;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was taken out, read back in: it must sum to the trial balance. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class LedgerExportTest {
    private static final String EXPORTS = "/api/admin/v1/ledger/exports/";

    @Inject
    LedgerStore store;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private String days = "";

    @BeforeEach
    void anInvoicePaidFromCredit() {
        AccountId account = new AccountId(seed.account());
        String id = UUID.randomUUID().toString();
        Money total = Money.of("11.90", "EUR");
        store.post("user:ada", Rules.creditGranted(account, total, id, "a reason, with \"quotes\"\nand two lines"));
        store.post(
                "test", Rules.invoiceFinalised(account, id, "B1", Money.of("10.00", "EUR"), Money.of("1.90", "EUR")));
        store.post("test", Rules.allocated(account, id, "B1", total));
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        // DATEV takes no days of two years
        LocalDate from = today.getDayOfYear() == 1 ? today : today.minusDays(1);
        LocalDate to = today.getDayOfYear() == today.lengthOfYear() ? today : today.plusDays(1);
        days = "?from=" + from + "&to=" + to;
    }

    private static String csv(String days) {
        return as(Given.ADMIN)
                .get(EXPORTS + "csv" + days)
                .then()
                .statusCode(200)
                .contentType(containsString("text/csv"))
                .header("Content-Disposition", containsString("attachment"))
                .extract()
                .asString();
    }

    /** Fields of one record; the tests' reasons hold commas, quotes and line ends. */
    private static List<List<String>> parsed(String text) {
        List<List<String>> records = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == '\n')) {
                fields.add(field.toString());
                field.setLength(0);
                if (c == '\n') {
                    records.add(fields);
                    fields = new ArrayList<>();
                }
            } else if (quoted || c != '\r') {
                field.append(c);
            }
        }
        return records;
    }

    @Test
    void theTableSumsToTheTrialBalance() {
        List<List<String>> records = parsed(csv("?from=2000-01-01&to=2999-12-31"));
        Map<String, BigDecimal> sums = new TreeMap<>();
        for (List<String> record : records.subList(1, records.size())) {
            BigDecimal amount = new BigDecimal(record.get(10));
            sums.merge(record.get(5) + "/" + record.get(6) + "/" + record.get(9), amount, BigDecimal::add);
            sums.merge(record.get(7) + "/" + record.get(8) + "/" + record.get(9), amount.negate(), BigDecimal::add);
        }

        Map<String, BigDecimal> balances = new TreeMap<>();
        store.trialBalance()
                .balances()
                .forEach(b -> balances.put(
                        b.account().toString(), b.debits().minus(b.credits()).decimal()));
        assertEquals(balances, sums);
        assertTrue(records.stream().allMatch(r -> r.size() == 13));
    }

    @Test
    void datevGetsEachTransferOfTheCurrencyOnce() {
        String file = as(Given.ADMIN)
                .get(EXPORTS + "datev" + days + "&currency=EUR")
                .then()
                .statusCode(200)
                .header("Content-Disposition", containsString("EXTF_Buchungsstapel_"))
                .extract()
                .asString();

        long rows = parsed(csv(days + "&currency=EUR")).size() - 1L;
        assertEquals(rows + 2, file.lines().count());
        assertTrue(file.startsWith("\"EXTF\";700;21;\"Buchungsstapel\";13;"), file);
        assertTrue(file.contains("\r\n10,00;\"S\";\"EUR\";;;\"\";1210;4200;\"\";"), file);
        assertTrue(file.contains("\r\n11,90;\"S\";\"EUR\";;;\"\";3500;1210;\"\";"), file);
    }

    @Inject
    DatevSettings settings;

    @Test
    void everyKindOfTheLedgerHasAnAccount() {
        assertEquals(
                Arrays.stream(AccountKind.values()).map(Enum::name).collect(Collectors.toSet()),
                settings.accounts().keySet());
    }

    @Test
    void everyFaultOfTheAskIsNamed() {
        as(Given.ADMIN)
                .get(EXPORTS + "datev?from=soon&to=2026-13-01&currency=gold")
                .then()
                .statusCode(422)
                .body("faults.field", hasItems("from", "to", "currency"));
        as(Given.ADMIN)
                .get(EXPORTS + "datev?from=2025-06-01&to=2026-02-01")
                .then()
                .statusCode(422)
                .body("faults[0].field", equalTo("to"));
    }
}
