package dev.berth.tax;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VatIdTest {
    /** Published examples and ids of large companies. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ATU13585627",
                "BE0428759497",
                "BG175074752",
                "CY10259033P",
                "CZ640123926",
                "DE136695976",
                "DK13585628",
                "EE100931558",
                "EL094259216",
                "ESB58378431",
                "ES54362315K",
                "ESX5253868R",
                "ESB64717838",
                "ESJ99216582",
                "FI20774740",
                "FR83404833048",
                "FR40303265045",
                "FRK7399859412",
                "HR33392005961",
                "HU12892312",
                "IE6433435F",
                "IE6433435OA",
                "IT00743110157",
                "LT119511515",
                "LU15027442",
                "LV40003521600",
                "MT11679112",
                "NL004495445B01",
                "NL002455799B11",
                "PL8567346215",
                "PT501964843",
                "RO18547290",
                "SE123456789701",
                "SI50223054",
                "SK2022749619"
            })
    void rightOnesAreRead(String text) {
        assertEquals(Optional.of(text), VatId.parse(text).map(VatId::toString));
    }

    /** One digit of each is another one, or the form is another country's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ATU13585626",
                "BE0428759498",
                "DE136695977",
                "DE000000000",
                "DK13585627",
                "EL094259217",
                "ESB58378432",
                "ES54362315Z",
                "ESX5253868S",
                "FI20774741",
                "FR84404833048",
                "HR33392005962",
                "IT00743110158",
                "LU15027443",
                "NL004495446B01",
                "PL8567346216",
                "PT501964842",
                "SE123456789801",
                "GB123456789",
                "XX1",
                "DE12345678",
                "DE1234567890",
                "",
                "ATU1358562",
                "ES58378431",
                "DE13669597\u0666"
            })
    void wrongOnesAreNot(String text) {
        assertEquals(Optional.empty(), VatId.parse(text));
    }

    @Test
    void peopleWriteThemAsTheyLike() {
        assertEquals(Optional.of("DE136695976"), VatId.parse(" de 136.695-976 ").map(VatId::toString));
        assertEquals(Optional.of(new Country("GR")), VatId.parse("EL094259216").map(VatId::country));
    }
}
