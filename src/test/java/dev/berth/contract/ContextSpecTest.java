package dev.berth.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.ContextSpec.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextSpecTest {
    private static final String ID = "01932c07-9a11-7b3c-8d2e-0123456789ab";
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJv8nKcYyqD1uX4nMsvFz5X0d7sTgG2bq3mYwq0a6c1x alice@home";
    private static final Limits LIMITS =
            new Limits(250, 1000, 60_000, 512L << 20, 256, 5L << 30, Optional.of(100_000L));

    private static ContextSpec spec(String hostname, List<String> addresses, List<String> keys) {
        return new ContextSpec(ID, 1, DesiredState.RUNNING, 0, hostname, DIGEST, addresses, keys, LIMITS);
    }

    @Test
    void namesEveryFaultAtOnce() {
        InvalidMessageException thrown = assertThrows(
                InvalidMessageException.class,
                () -> new ContextSpec(
                        "x", 0, DesiredState.RUNNING, -1, "UPPER", "md5:1", List.of("300.1.1.1"), List.of(), LIMITS));

        assertEquals(6, thrown.faults().size(), thrown.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-a", "a-", "a_b", "a\nb", "a..b", "../etc"})
    void refusesHostNamesThatAreNone(String hostname) {
        assertThrows(InvalidMessageException.class, () -> spec(hostname, List.of("10.0.0.1"), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh-ed25519",
                "command=\"sh\" " + KEY,
                KEY + "\nssh-ed25519 AAAA",
                "ssh-dss AAAAB3NzaC1kc3MAAACBAOeB0000000000000000000000000000000"
            })
    void refusesKeysThatCouldSmuggleSomething(String key) {
        assertThrows(InvalidMessageException.class, () -> spec("web1", List.of("10.0.0.1"), List.of(key)));
    }

    @Test
    void keepsItsOwnCopyOfLists() {
        List<String> addresses = new ArrayList<>(List.of("10.0.0.1", "2001:db8::1"));

        ContextSpec spec = spec("web1", addresses, List.of(KEY));
        addresses.clear();

        assertEquals(List.of("10.0.0.1", "2001:db8::1"), spec.addresses());
    }

    @Test
    void ceilingIsNotBelowBaseline() {
        InvalidMessageException thrown =
                assertThrows(InvalidMessageException.class, () -> new Limits(500, 250, 1, 1, 1, 1, Optional.of(0L)));

        assertEquals(
                List.of("cpuCeilingMilli 250 is below cpuBaselineMilli 500", "diskInodes is 0, must be positive"),
                thrown.faults());
    }

    @Test
    void joinTokensAreNotShown() {
        assertFalse(new Enrolment.Request("secret", "node1", "pem").toString().contains("secret"));
    }
}
