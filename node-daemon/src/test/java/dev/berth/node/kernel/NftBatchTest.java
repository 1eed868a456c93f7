package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.NetworkSpec.Direction;
import dev.berth.contract.NetworkSpec.Firewall;
import dev.berth.contract.NetworkSpec.Ports;
import dev.berth.contract.NetworkSpec.Protocol;
import dev.berth.contract.NetworkSpec.Rates;
import dev.berth.contract.NetworkSpec.Rule;
import dev.berth.contract.NetworkSpec.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NftBatchTest {
    private static final NftState.Link NOTHING = NftState.Link.NOTHING;
    private static final NftState.Link OLD = new NftState.Link(
            true,
            Set.of("10.77.0.8", NftState.canonical("fd77::9")),
            Set.of("tx", "rx"),
            Map.of(Names.sentCounter(Specs.ID), 7L, Names.receivedCounter(Specs.ID), 9L),
            Map.of(),
            Set.of());
    private static final NftState.Link WALLED = new NftState.Link(
            true,
            Set.of("10.77.0.9"),
            Set.of("tx", "rx", "into", "outof", "class", "ceiling"),
            OLD.counters(),
            Map.of("watched", Set.of(Names.veth(Specs.ID)), "watched4", Set.of("10.77.0.9")),
            Set.of(Names.inChain(Specs.ID), Names.outChain(Specs.ID), Names.ceiling(Specs.ID)));
    private final NftBatch batch = new NftBatch("berth", List.of(), Optional.of("eth0"), List.of(), List.of());

    @Test
    void theTable() throws IOException {
        Golden.check("nft-prepare.nft", batch.prepare());
    }

    @Test
    void openPortsComeBeforeTheEnd() {
        List<String> lines = new NftBatch("berth", List.of("udp:53", "tcp:53"), Optional.empty(), List.of(), List.of())
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
    void privateAddressesLeaveUnderTheHosts() throws IOException {
        NftBatch translating = new NftBatch(
                "berth", List.of(), Optional.empty(), List.of("10.77.0.0/24", "192.168.4.0/22"), List.of());
        Golden.check("nft-translated.nft", translating.prepare());
    }

    /** One that another covers would be refused by the kernel, and the whole table with it. */
    @Test
    void whatTheCompanyCallsItsOwnIsLocal() {
        List<String> own =
                List.of("198.51.100.0/24", "198.51.100.7/32", "10.9.0.0/16", "2001:db8::/32", "198.51.100.0/24");
        List<String> lines = new NftBatch("berth", List.of(), Optional.empty(), List.of(), own)
                .prepare()
                .lines()
                .filter(line -> line.contains("map @l"))
                .toList();
        String four =
                "{ 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16, 198.51.100.0/24 }";
        String six = "{ ::1/128, fc00::/7, fe80::/10, 2001:db8::/32 }";
        assertEquals(
                List.of(
                        "add rule inet berth sent ip daddr " + four + " counter name iifname map @ltx",
                        "add rule inet berth sent ip6 daddr " + six + " counter name iifname map @ltx",
                        "add rule inet berth leave oifname @links ip saddr " + four + " counter name oifname map @lrx",
                        "add rule inet berth leave oifname @links ip6 saddr " + six + " counter name oifname map @lrx"),
                lines);
    }

    @Test
    void aNewContext() throws IOException {
        Golden.check("nft-new.nft", batch.ensure(plain(), NOTHING));
    }

    @Test
    void aContextWhoseAddressChanged() throws IOException {
        Golden.check("nft-changed.nft", batch.ensure(plain(), OLD));
    }

    @Test
    void aContextThatGoes() throws IOException {
        Golden.check("nft-remove.nft", batch.remove(Specs.ID, OLD));
    }

    @Test
    void aFirewallAndRates() throws IOException {
        Golden.check("nft-ruled.nft", batch.ensure(ruled(), WALLED));
    }

    @Test
    void aFirewallThatGoesWithItsContext() throws IOException {
        Golden.check("nft-remove-ruled.nft", batch.remove(Specs.ID, WALLED));
    }

    private static Connection plain() {
        return Connection.of(Specs.layout(List.of("10.77.0.9", "fd77::9")));
    }

    private static Connection ruled() {
        Firewall firewall = new Firewall(
                Verdict.DROP,
                Verdict.ACCEPT,
                List.of(
                        rule(Direction.IN, Verdict.DROP, Protocol.ANY, Optional.empty(), "192.0.2.0/24"),
                        rule(Direction.IN, Verdict.ACCEPT, Protocol.TCP, Optional.of(new Ports(80, 443)), ""),
                        rule(Direction.IN, Verdict.ACCEPT, Protocol.UDP, Optional.of(new Ports(53, 53)), "fd00::/8"),
                        rule(Direction.IN, Verdict.ACCEPT, Protocol.ICMP, Optional.empty(), ""),
                        rule(Direction.OUT, Verdict.DROP, Protocol.TCP, Optional.empty(), "10.0.0.0/8")));
        Rates rates = new Rates(Optional.of(2_000_000L), Optional.of(80_000_000L), Optional.of(2L), Optional.empty());
        return new Connection(Specs.ID, List.of("10.77.0.9", "fd77::9"), Optional.of(firewall), Optional.of(rates), 32);
    }

    private static Rule rule(
            Direction direction, Verdict verdict, Protocol protocol, Optional<Ports> ports, String peer) {
        return new Rule(direction, verdict, protocol, ports, Optional.of(peer).filter(text -> !text.isEmpty()));
    }

    @Test
    void nothingFoundIsNothingRemoved() {
        assertEquals("", batch.remove(Specs.ID, NOTHING));
    }

    @Test
    void anotherTableIsNeverNamed() {
        assertEquals(
                -1,
                new NftBatch("other", List.of("udp:53"), Optional.of("eth0"), List.of("10.77.0.0/24"), List.of())
                        .prepare()
                        .indexOf("berth"));
    }
}
