package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a context was started with, and what it has, as LXC's configuration and ip-address(8) say it. */
class InnerLinkTest {
    @Test
    void addressesOfTheStartAreThoseOfItsConfiguration() {
        String config = """
                lxc.net.0.name = eth0
                lxc.net.0.ipv4.address = 10.77.0.10/32
                lxc.net.0.ipv6.address = 2001:db8::a/128
                lxc.net.0.ipv4.gateway = 169.254.0.1
                """;

        assertEquals(
                Set.of(NftState.canonical("10.77.0.10"), NftState.canonical("2001:db8::a")), InnerLink.started(config));
    }

    @Test
    void whatALinkHasIsRead() {
        String json =
                "[{\"ifname\":\"eth0\",\"addr_info\":[{\"family\":\"inet\",\"local\":\"10.77.0.10\",\"prefixlen\":32},"
                        + "{\"family\":\"inet6\",\"local\":\"2001:db8::a\",\"prefixlen\":128},{}]}]";

        assertEquals(
                Set.of(NftState.canonical("10.77.0.10"), NftState.canonical("2001:db8::a")), InnerLink.present(json));
        assertEquals(Set.of(), InnerLink.present("[{}]"));
    }
}
