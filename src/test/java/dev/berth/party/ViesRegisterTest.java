package dev.berth.party;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.party.VatRegister.Answer;
import dev.berth.party.VatRegister.Answer.Said;
import dev.berth.party.VatRegister.Answer.Silent;
import dev.berth.tax.VatId;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViesRegisterTest {
    private static final VatId FRENCH = new VatId("FR", "83404833048");
    private static final VatId GERMAN = new VatId("DE", "136695976");

    private final ObjectMapper json = new ObjectMapper();
    private ViesDouble vies = ViesDouble.NONE;

    @BeforeEach
    void open() throws IOException {
        vies = ViesDouble.open();
    }

    @AfterEach
    void close() {
        vies.close();
    }

    private ViesRegister register() {
        return new ViesRegister(Optional.of(vies.address()), json);
    }

    @Test
    void asksByCountryAndNumberAndSaysWhoAsks() {
        vies.answer(200, "{\"valid\":true,\"name\":\"OVH SAS\",\"address\":\"---\",\"requestIdentifier\":\"WAPI1\"}");

        Answer answer = register().ask(FRENCH, Optional.of(GERMAN));

        assertEquals(new Said(true, Optional.of("OVH SAS"), Optional.of("WAPI1")), answer);
        assertEquals("POST /check-vat-number", vies.asked().getFirst().line());
        assertEquals(
                "{\"countryCode\":\"FR\",\"vatNumber\":\"83404833048\",\"requesterMemberStateCode\":\"DE\","
                        + "\"requesterNumber\":\"136695976\"}",
                vies.asked().getFirst().body());
    }

    @Test
    void anUnknownIdIsNotValidAndNamesThatAreNotToldAreNone() {
        vies.answer(200, "{\"valid\":false,\"name\":\"---\",\"requestIdentifier\":\"\"}");

        assertEquals(
                new Said(false, Optional.empty(), Optional.empty()), register().ask(FRENCH, Optional.empty()));
    }

    /** None of these says anything about the id. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            500 | {"actionSucceed":false,"errorWrappers":[{"error":"MS_UNAVAILABLE"}]} | HTTP 500: MS_UNAVAILABLE
            200 | {"actionSucceed":false,"errorWrappers":[{"error":"GLOBAL_MAX_CONCURRENT_REQ"}]} | HTTP 200: GLOBAL_MAX_CONCURRENT_REQ
            200 | {"valid":"true"} | HTTP 200: no answer
            200 | <html>valid</html> | HTTP 200: not JSON
            403 | {"valid":true} | HTTP 403: no answer
            """)
    void whatIsNoAnswerIsNeverTakenForOne(int status, String body, String why) {
        vies.answer(status, body);

        assertEquals(new Silent(why), register().ask(FRENCH, Optional.empty()));
    }

    @Test
    void anEndlessAnswerIsCutOff() {
        vies.answer(200, "{\"valid\":true,\"name\":\"" + "x".repeat(100_000) + "\"}");

        assertInstanceOf(Silent.class, register().ask(FRENCH, Optional.empty()));
    }

    @Test
    void nobodyThereIsSilence() {
        ViesRegister register = register();
        vies.close();

        assertInstanceOf(Silent.class, register.ask(FRENCH, Optional.empty()));
        assertInstanceOf(Silent.class, new ViesRegister(Optional.<URI>empty(), json).ask(FRENCH, Optional.empty()));
        assertTrue(register.reachable());
    }
}
