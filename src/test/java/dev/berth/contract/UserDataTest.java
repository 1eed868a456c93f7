package dev.berth.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserDataTest {
    @Test
    void sixteenKibibytesFitWhateverTheyAreMadeOf() {
        assertEquals(Optional.empty(), UserData.fault("#!/bin/sh\r\n\techo hello\n"));
        assertEquals(Optional.empty(), UserData.fault("a".repeat(16 << 10)));
        assertEquals(Optional.of("has more than 16384 bytes"), UserData.fault("a".repeat((16 << 10) + 1)));
        assertEquals(Optional.empty(), UserData.fault("ä".repeat(8 << 10)));
        assertEquals(Optional.of("has more than 16384 bytes"), UserData.fault("ä".repeat((8 << 10) + 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b", "\u001f\u008b", "half \ud83d", "\ude00"})
    void whatIsNoTextIsRefused(String text) {
        assertThrows(InvalidMessageException.class, () -> new UserData(text));
    }

    @Test
    void itIsInNoMessage() {
        String secret = "the-secret\0";
        InvalidMessageException refused = assertThrows(InvalidMessageException.class, () -> new UserData(secret));
        assertFalse(String.valueOf(refused.getMessage()).contains("the-secret"));
        Life life = new Life(0, Optional.empty(), Optional.of(new UserData("the-secret")));
        assertFalse(life.toString().contains("the-secret"));
        assertFalse(life.userData().toString().contains("the-secret"));
    }
}
