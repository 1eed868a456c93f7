package dev.berth.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.77.0.0/24, 10.77.0.0/24, 253, 10.77.0.2, 10.77.0.254",
        "10.77.0.0/20, 10.77.0.0/20, 4093, 10.77.0.2, 10.77.15.254",
        "192.0.2.8/31, 192.0.2.8/31, 2, 192.0.2.8, 192.0.2.9",
        "255.255.255.255/32, 255.255.255.255/32, 1, 255.255.255.255, 255.255.255.255",
        "2001:DB8::/64, 2001:db8::/64, 4094, 2001:db8::2, 2001:db8::fff",
        "2001:db8:0:0:1::/80, 2001:db8:0:0:1::/80, 4094, 2001:db8::1:0:0:2, 2001:db8::1:0:0:fff",
        "2001:db8::1:0:0:8/127, 2001:db8::1:0:0:8/127, 2, 2001:db8::1:0:0:8, 2001:db8::1:0:0:9",
        "2001:db8:1:1:1:1:0:0/112, 2001:db8:1:1:1:1::/112, 4094, 2001:db8:1:1:1:1:0:2, 2001:db8:1:1:1:1:0:fff",
        "::/64, ::/64, 4094, ::2, ::fff",
    })
    void aNetworkIsReadShownAndCounted(String text, String shown, int count, String first, String last) {
        Cidr cidr = Cidr.parse(text);
        List<String> usable = cidr.usable();

        assertEquals(shown, cidr.toString());
        assertEquals(cidr, Cidr.parse(cidr.toString()));
        assertEquals(count, usable.size());
        assertEquals(first, usable.getFirst());
        assertEquals(last, usable.getLast());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.77.0.0",
                "10.77.0.0/19",
                "10.77.0.0/33",
                "10.77.0.1/24",
                "10.077.0.0/24",
                "256.0.0.0/24",
                "1.2.3/24",
                "2001:db8::/63",
                "2001:db8::/129",
                "2001:db8::1/64",
                "2001:db8:::/64",
                "::ffff:10.0.0.0/120",
                "10.77.0.0/024x",
            })
    void whatIsNoNetworkIsRefused(String text) {
        assertThrows(Problem.class, () -> Cidr.parse(text));
    }

    @Test
    void networksOfOneVersionMayOverlap() {
        Cidr wide = Cidr.parse("2001:db8::/64");
        assertTrue(wide.overlaps(Cidr.parse("2001:db8::8000:0/112")));
        assertFalse(wide.overlaps(wide.next()));
        assertEquals("2001:db8:0:1::/64", wide.next().toString());
        assertFalse(Cidr.parse("::/64").overlaps(Cidr.parse("0.0.0.0/20")));
    }
}
