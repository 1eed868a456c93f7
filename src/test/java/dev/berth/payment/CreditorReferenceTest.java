package dev.berth.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreditorReferenceTest {
    /** The second and third are examples that banks publish. */
    @ParameterizedTest
    @CsvSource({"B2026-000012, RF33B2026000012", "539007547034, RF18539007547034", "2348231, RF712348231"})
    void checkDigitsFollowTheStandard(String label, String reference) {
        assertEquals(reference, CreditorReference.ofLabel(label).toString());
    }

    @Test
    void isReadAsPeopleWriteIt() {
        assertEquals(
                Optional.of(new CreditorReference("539007547034")), CreditorReference.parse(" rf18 5390 0754 7034 "));
        assertEquals("RF18 5390 0754 7034", new CreditorReference("539007547034").printed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RF19539007547034", "RF18539007547043", "539007547034", "RF18", "RF18 5390-0754"})
    void aTypingMistakeIsSeen(String text) {
        assertEquals(Optional.empty(), CreditorReference.parse(text));
    }

    @Test
    void everyAccountHasOneThatFits() {
        CreditorReference one = CreditorReference.ofAccount(UUID.fromString("01890000-0000-7000-bfff-ffffffffffff"));

        assertTrue(one.toString().length() <= 25, one::toString);
        assertEquals(Optional.of(one), CreditorReference.parse(one.toString()));
        assertThrows(IllegalArgumentException.class, () -> new CreditorReference("A-1"));
    }
}
