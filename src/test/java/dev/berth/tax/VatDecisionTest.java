package dev.berth.tax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.tax.Supply.BuyerFacts;
import dev.berth.tax.Supply.SellerFacts;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VatDecisionTest {
    private static final VatDecision DECISION = new VatDecision(VatRates.PUBLISHED);

    /** Who sells (with its rate at home, in the One-Stop-Shop, small), who buys, when: whose tax, which category, how much, why. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DE           | DE | NONE      | 2026-07-31 | DE S 1900 DOMESTIC
            DE oss       | DE | VALID     | 2026-07-31 | DE S 1900 DOMESTIC
            DE           | DE | NONE      | 2020-12-31 | DE S 1600 DOMESTIC
            DE           | DE | NONE      | 2021-01-01 | DE S 1900 DOMESTIC
            FR           | MC | VALID     | 2026-07-31 | FR S 2000 DOMESTIC
            DE           | FR | VALID     | 2026-07-31 | FR AE 0 REVERSE_CHARGE
            DE oss       | FR | VALID     | 2026-07-31 | FR AE 0 REVERSE_CHARGE
            DE oss       | FR | UNCHECKED | 2026-07-31 | FR S 2000 ONE_STOP_SHOP
            DE oss       | FR | INVALID   | 2026-07-31 | FR S 2000 ONE_STOP_SHOP
            DE oss       | FR | NONE      | 2026-07-31 | FR S 2000 ONE_STOP_SHOP
            DE oss       | MC | NONE      | 2026-07-31 | FR S 2000 ONE_STOP_SHOP
            DE oss       | FI | NONE      | 2024-08-31 | FI S 2400 ONE_STOP_SHOP
            DE oss       | FI | NONE      | 2024-09-01 | FI S 2550 ONE_STOP_SHOP
            DE oss       | GR | NONE      | 2026-07-31 | GR S 2400 ONE_STOP_SHOP
            DE           | FR | NONE      | 2026-07-31 | DE S 1900 BELOW_THRESHOLD
            DE           | FR | UNCHECKED | 2026-07-31 | DE S 1900 BELOW_THRESHOLD
            DE           | US | NONE      | 2026-07-31 | US G 0 EXPORT
            DE oss       | CH | UNCHECKED | 2026-07-31 | CH G 0 EXPORT
            DE oss       | GB | NONE      | 2020-12-31 | GB S 2000 ONE_STOP_SHOP
            DE oss       | GB | NONE      | 2021-01-01 | GB G 0 EXPORT
            DE small     | DE | NONE      | 2026-07-31 | DE E 0 SMALL_ENTERPRISE
            DE small oss | FR | NONE      | 2026-07-31 | DE E 0 SMALL_ENTERPRISE
            CH 810       | CH | NONE      | 2026-07-31 | CH S 810 DOMESTIC
            US           | US | NONE      | 2026-07-31 | US O 0 OUT_OF_SCOPE
            US           | DE | NONE      | 2026-07-31 | DE O 0 OUT_OF_SCOPE
            US oss       | DE | NONE      | 2026-07-31 | DE S 1900 ONE_STOP_SHOP
            US           | DE | VALID     | 2026-07-31 | DE AE 0 REVERSE_CHARGE
            US           | CH | NONE      | 2026-07-31 | CH O 0 OUT_OF_SCOPE
            DE 700       | DE | NONE      | 2026-07-31 | DE S 700 DOMESTIC
            DE 0         | DE | NONE      | 2026-07-31 | DE Z 0 DOMESTIC
            """)
    void eachRule(String seller, String buyer, VatStatus status, LocalDate date, String expected) {
        Supply supply = new Supply(seller(seller), new BuyerFacts(new Country(buyer), status), date);

        Treatment treatment = DECISION.of(supply);

        assertEquals(
                expected,
                "%s %s %d %s"
                        .formatted(
                                treatment.country(), treatment.category(), treatment.basisPoints(), treatment.rule()));
    }

    private static SellerFacts seller(String text) {
        List<String> words = List.of(text.split(" ", -1));
        VatScheme scheme = words.contains("small") ? VatScheme.SMALL_ENTERPRISE : VatScheme.STANDARD;
        Optional<Integer> rate = words.stream()
                .filter(word -> word.matches("\\d+"))
                .map(Integer::valueOf)
                .findFirst();
        return new SellerFacts(new Country(words.getFirst()), scheme, words.contains("oss"), rate);
    }

    /** Whatever else holds: without a register's yes nobody in the EU gets reverse charge. */
    @ParameterizedTest
    @EnumSource(value = VatStatus.class, names = "VALID", mode = EnumSource.Mode.EXCLUDE)
    void whatNoRegisterConfirmedNeverFreesFromTax(VatStatus status) {
        LocalDate day = LocalDate.of(2026, 7, 31);
        for (String seller : List.of("DE", "DE oss")) {
            VatRates.PUBLISHED
                    .members(day)
                    .forEach(there ->
                            assertTrue(DECISION.of(new Supply(seller(seller), new BuyerFacts(there, status), day))
                                            .basisPoints()
                                    > 0));
        }
    }

    @Test
    void theUnionHas27Members() {
        assertEquals(27, VatRates.PUBLISHED.members(LocalDate.of(2026, 7, 31)).count());
        assertEquals(28, VatRates.PUBLISHED.members(VatRates.BEGIN).count());
    }

    @Test
    void anOperatorKnowsOfARateBeforeTheTableDoes() {
        VatRates rates = VatRates.with(List.of("EE 2028-01-01 2500", "RO 2025-08-01 2000"));

        assertEquals(Optional.of(2400), rates.standard(new Country("EE"), LocalDate.of(2027, 12, 31)));
        assertEquals(Optional.of(2500), rates.standard(new Country("EE"), LocalDate.of(2028, 1, 1)));
        assertEquals(Optional.of(2000), rates.standard(new Country("RO"), LocalDate.of(2026, 1, 1)));
    }

    @Test
    void daysBeforeTheTableAndRowsThatCannotBeReadAreRefused() {
        Country country = new Country("DE");

        assertThrows(
                IllegalArgumentException.class,
                () -> VatRates.PUBLISHED.standard(country, VatRates.BEGIN.minusDays(1)));
        for (String row : List.of("EE 2028-01-01", "XX 2028-01-01 2000", "EE 2028-13-01 2000", "EE 2028-01-01 2x")) {
            assertThrows(IllegalArgumentException.class, () -> VatRates.with(List.of(row)));
        }
    }
}
