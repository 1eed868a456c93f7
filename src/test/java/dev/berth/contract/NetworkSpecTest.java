package dev.berth.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.NetworkSpec.Direction;
import dev.berth.contract.NetworkSpec.Firewall;
import dev.berth.contract.NetworkSpec.Ports;
import dev.berth.contract.NetworkSpec.Protocol;
import dev.berth.contract.NetworkSpec.Rates;
import dev.berth.contract.NetworkSpec.Resolver;
import dev.berth.contract.NetworkSpec.Rule;
import dev.berth.contract.NetworkSpec.Verdict;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkSpecTest {
    private static Rule rule(Protocol protocol, Optional<Ports> ports, String peer) {
        return new Rule(Direction.IN, Verdict.ACCEPT, protocol, ports, Optional.of(peer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.1/32", "::/0", "2001:db8::/32", "fd00::1/128"})
    void takesPrefixes(String prefix) {
        assertTrue(Rule.isPrefix(prefix));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0.0/33",
                "10.0.0/8",
                "10.01.0.0/16",
                "10.0.0.01/32",
                "2001:db8::/129",
                ":::::/8",
                "::ffff:10.0.0.1/128",
                "example.org/8",
                "10.0.0.0/8 accept",
                "10.0.0.0/8\n"
            })
    void refusesWhatIsNone(String prefix) {
        assertFalse(Rule.isPrefix(prefix));
        assertThrows(InvalidMessageException.class, () -> rule(Protocol.ANY, Optional.empty(), prefix));
    }

    @Test
    void portsGoWithTcpAndUdpOnly() {
        Optional<Ports> ports = Optional.of(new Ports(80, 80));
        assertEquals(ports, rule(Protocol.UDP, ports, "::/0").ports());
        assertThrows(InvalidMessageException.class, () -> rule(Protocol.ICMP, ports, "::/0"));
        assertThrows(InvalidMessageException.class, () -> rule(Protocol.ANY, ports, "::/0"));
        assertThrows(InvalidMessageException.class, () -> new Ports(90, 80));
        assertThrows(InvalidMessageException.class, () -> new Ports(0, 80));
        assertThrows(InvalidMessageException.class, () -> new Ports(80, 65_536));
    }

    @Test
    void aFirewallHasABoundedNumberOfRules() {
        Rule rule = rule(Protocol.ANY, Optional.empty(), "::/0");
        List<Rule> tooMany = Collections.nCopies(Firewall.MAX_RULES + 1, rule);
        assertThrows(InvalidMessageException.class, () -> new Firewall(Verdict.DROP, Verdict.ACCEPT, tooMany));
    }

    @Test
    void ratesNameEveryFaultAtOnce() {
        InvalidMessageException thrown = assertThrows(
                InvalidMessageException.class,
                () -> new Rates(Optional.of(9_000L), Optional.of(8_500L), Optional.of(0L), Optional.of(1L)));
        assertEquals(3, thrown.faults().size(), thrown.getMessage());
    }

    @Test
    void aResolverHasNoRoomForOtherLines() {
        assertThrows(InvalidMessageException.class, () -> new Resolver(List.of("192.0.2.1\noptions x"), List.of()));
        assertThrows(InvalidMessageException.class, () -> new Resolver(List.of(), List.of("a b")));
    }
}
