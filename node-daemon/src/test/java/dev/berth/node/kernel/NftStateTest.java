package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.host.HostException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NftStateTest {
    private static final String LISTED = """
            {"nftables": [
              {"metainfo": {"version": "1.0.6"}},
              {"table": {"family": "inet", "name": "berth", "handle": 1}},
              {"counter": {"family": "inet", "name": "spoofed", "table": "berth", "packets": 1, "bytes": 84}},
              {"counter": {"name": "tx_01939b2c8f007abc9def0123456789ab", "table": "berth", "packets": 2, "bytes": 168}},
              {"counter": {"name": "rx_01939b2c8f007abc9def0123456789ab", "table": "berth", "packets": 3, "bytes": 252}},
              {"counter": {"name": "ltx_01939b2c8f007abc9def0123456789ab", "table": "berth", "packets": 1, "bytes": 84}},
              {"counter": {"name": "lrx_01939b2c8f007abc9def0123456789ab", "table": "berth", "packets": 0, "bytes": 0}},
              {"set": {"name": "links", "type": "ifname", "elem": ["b0123456789ab"]}},
              {"set": {"name": "own4", "type": ["ifname", "ipv4_addr"], "elem": [{"concat": ["b0123456789ab", "10.77.0.9"]}]}},
              {"set": {"name": "own6", "type": ["ifname", "ipv6_addr"]}},
              {"map": {"name": "tx", "map": "counter", "elem": [["b0123456789ab", "tx_01939b2c8f007abc9def0123456789ab"]]}},
              {"map": {"name": "rx", "map": "counter", "elem": [["b0123456789ab", "rx_01939b2c8f007abc9def0123456789ab"]]}},
              {"map": {"name": "ltx", "map": "counter", "elem": [["b0123456789ab", "ltx_01939b2c8f007abc9def0123456789ab"]]}},
              {"map": {"name": "lrx", "map": "counter", "elem": [["b0123456789ab", "lrx_01939b2c8f007abc9def0123456789ab"]]}}
            ]}
            """;

    @Test
    void aContextIsReadBack() {
        NftState state = NftState.parse(LISTED);
        assertEquals(Set.of(Specs.ID), state.contexts());
        NftState.Link link = state.link(Specs.ID);
        assertTrue(link.complete(Set.of("10.77.0.9")));
        assertFalse(link.complete(Set.of("10.77.0.8")));
        assertEquals(
                Map.of(
                        "tx_01939b2c8f007abc9def0123456789ab",
                        168L,
                        "rx_01939b2c8f007abc9def0123456789ab",
                        252L,
                        "ltx_01939b2c8f007abc9def0123456789ab",
                        84L,
                        "lrx_01939b2c8f007abc9def0123456789ab",
                        0L),
                link.counters());
    }

    @Test
    void anotherContextHasNothing() {
        assertTrue(NftState.parse(LISTED)
                .link("01939b2c-8f00-7abc-9def-0123456789ac")
                .nothing());
    }

    @Test
    void aMissingTableIsAnEmptyOne() {
        assertTrue(NftState.parse("{}").contexts().isEmpty());
    }

    @Test
    void noiseIsAFailure() {
        assertThrows(HostException.class, () -> NftState.parse("Error: no"));
    }

    @Test
    void anAddressHasOneText() {
        assertEquals(NftState.canonical("fd77::9"), NftState.canonical("fd77:0:0:0:0:0:0:9"));
        assertThrows(HostException.class, () -> NftState.canonical("example.org"));
    }
}
