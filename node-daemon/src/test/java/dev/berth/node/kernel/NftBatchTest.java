package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NftBatchTest {
    private static final NftState.Link NOTHING = new NftState.Link(false, Set.of(), Set.of(), Map.of());
    private static final NftState.Link OLD = new NftState.Link(
            true,
            Set.of("10.77.0.8", NftState.canonical("fd77::9")),
            Set.of("tx", "rx"),
            Map.of(Names.sentCounter(Specs.ID), 7L, Names.receivedCounter(Specs.ID), 9L));
    private final NftBatch batch = new NftBatch("berth", List.of());

    @Test
    void theTable() throws IOException {
        Golden.check("nft-prepare.nft", batch.prepare());
    }

    @Test
    void openPortsComeBeforeTheEnd() {
        List<String> lines = new NftBatch("berth", List.of("udp:53", "tcp:53"))
                .prepare()
                .lines()
                .filter(line -> line.startsWith("add rule inet berth visit"))
                .toList();
        assertEquals(
                List.of(
                        "add rule inet berth visit udp dport 53 accept",
                        "add rule inet berth visit tcp dport 53 accept",
                        "add rule inet berth visit counter name refused drop"),
                lines.subList(lines.size() - 3, lines.size()));
    }

    @Test
    void aNewContext() throws IOException {
        Golden.check("nft-new.nft", batch.ensure(Specs.ID, List.of("10.77.0.9", "fd77::9"), NOTHING));
    }

    @Test
    void aContextWhoseAddressChanged() throws IOException {
        Golden.check("nft-changed.nft", batch.ensure(Specs.ID, List.of("10.77.0.9", "fd77::9"), OLD));
    }

    @Test
    void aContextThatGoes() throws IOException {
        Golden.check("nft-remove.nft", batch.remove(Specs.ID, OLD));
    }

    @Test
    void nothingFoundIsNothingRemoved() {
        assertEquals("", batch.remove(Specs.ID, NOTHING));
    }

    @Test
    void anotherTableIsNeverNamed() {
        assertEquals(-1, new NftBatch("other", List.of("udp:53")).prepare().indexOf("berth"));
    }
}
