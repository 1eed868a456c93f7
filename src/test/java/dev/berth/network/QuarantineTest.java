package dev.berth.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.network.AddressService.Address;
import dev.berth.network.AddressService.Assignment;
import dev.berth.platform.Database;
import dev.berth.platform.Transactions;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class QuarantineTest {
    @Inject
    AddressService addresses;

    @Inject
    Database database;

    @Inject
    Transactions transactions;

    @Inject
    InstantSource clock;

    @Inject
    Seed seed;

    @Test
    void anAddressRestsBeforeSomebodyElseGetsIt() {
        // given a node with two addresses, one of which was given back
        UUID account = seed.account();
        UUID node = seed.node();
        UUID version = seed.planVersion("EUR");
        UUID first = seed.vps(account, node, version);
        UUID second = seed.vps(account, node, version);
        UUID third = seed.vps(account, node, version);
        addresses.add(node, "10.250.251.0/31");
        Address given = reserve(node, first).orElseThrow();
        transactions.run(() -> addresses.release(first));

        // then it is nobody's for a while
        addresses.freeExpired();
        assertEquals(1, pool(node).quarantined());
        Address other = reserve(node, second).orElseThrow();
        assertNotEquals(given.text(), other.text());
        assertTrue(reserve(node, third).isEmpty());

        // when its time is over
        database.update("UPDATE ip_address SET free_after = ? WHERE id = ?", clock.instant(), given.id());
        addresses.freeExpired();

        // then it is free, and its history says who had it when
        assertEquals(1, pool(node).free());
        assertEquals(0, pool(node).quarantined());
        assertEquals(given, reserve(node, third).orElseThrow());
        assertEquals(third, addresses.historyOf(given.text()).getFirst().vpsId());
        Assignment before = addresses.historyOf(given.text()).getLast();
        assertEquals(first, before.vpsId());
        assertTrue(before.to().isPresent());
    }

    @Test
    void aNodeWithPoolsOfBothVersionsGivesOneOfEach() {
        UUID account = seed.account();
        UUID node = seed.node();
        UUID version = seed.planVersion("EUR");
        UUID first = seed.vps(account, node, version);
        UUID second = seed.vps(account, node, version);
        UUID third = seed.vps(account, node, version);
        addresses.add(node, "2001:db8:2510::2/127");
        addresses.add(node, "10.250.252.0/31");
        database.update("DELETE FROM ip_address WHERE address = '2001:db8:2510::3'");

        List<Address> both = transactions.run(() -> addresses.reserve(node, first));
        assertEquals(
                List.of("10.250.252.0", "2001:db8:2510::2"),
                both.stream().map(Address::text).toList());
        assertEquals(1, transactions.run(() -> addresses.reserve(node, second)).size(), "IPv6 has run out: IPv4 alone");
        assertEquals(List.of(), transactions.run(() -> addresses.reserve(node, third)), "no IPv4: nothing");
    }

    private Optional<Address> reserve(UUID node, UUID vps) {
        return transactions.run(() -> addresses.reserve(node, vps)).stream().findFirst();
    }

    private AddressService.Pool pool(UUID node) {
        return addresses.poolsOf(node).getFirst();
    }
}
