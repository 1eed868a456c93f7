package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.Plan;
import dev.berth.metering.Meter;
import dev.berth.units.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ShowTest {
    @Test
    void moneyHasItsCurrencyAndSign() {
        assertEquals("€12.30", Show.money(Money.of("12.30", "EUR")));
        assertEquals("−€0.05", Show.money(Money.of("-0.05", "EUR")));
        assertEquals("CHF 7.00", Show.money(Money.of("7.00", "CHF")));
    }

    @Test
    void deedsAreInWords() {
        assertEquals("Credit granted", Show.deed("credit.grant"));
        assertEquals("VPS suspend", Show.deed("vps.suspend"));
    }

    @Test
    void oneIsNotSeveral() {
        assertEquals("1 change", Show.count(1, "change"));
        assertEquals("0 changes", Show.count(0, "change"));
    }

    @Test
    void sizesAreInGibibytes() {
        assertEquals("0.25 GiB", Show.size(256L << 20));
        assertEquals("8 GiB", Show.size(8L << 30));
        assertEquals("0 GiB", Show.size(0));
        assertEquals("8.1 MiB", Show.size(8_460_000));
        assertEquals("0.1 MiB", Show.size(1));
    }

    @Test
    void quantitiesHaveTheUnitPeopleUse() {
        assertEquals("1.5 h", Show.quantity(Meter.RUNNING_VM, BigInteger.valueOf(5400)));
        assertEquals("2.5 s of one CPU", Show.quantity(Meter.CPU_TIME, BigInteger.valueOf(2_500_000)));
        assertEquals("1 GiB h", Show.quantity(Meter.MEMORY, BigInteger.valueOf(3600L << 30)));
        assertEquals("0.001 GB", Show.quantity(Meter.NETWORK_BYTES_SENT, BigInteger.valueOf(1_000_000)));
    }

    @Test
    void addOnsGiveWhatPeopleUnderstand() {
        assertEquals("1 IPv4 address", Show.gives(addOn(AddOn.Kind.ADDRESS, Optional.empty(), "1")));
        assertEquals("3 snapshots", Show.gives(addOn(AddOn.Kind.SNAPSHOT, Optional.empty(), "3")));
        assertEquals("1 vCPU h", Show.gives(addOn(AddOn.Kind.CPU_CREDIT, Optional.empty(), "3600")));
        assertEquals(
                "Traffic sent: 100 GB a month",
                Show.gives(addOn(AddOn.Kind.ALLOWANCE, Optional.of("NETWORK_BYTES_SENT"), "100000000000")));
    }

    private static AddOn addOn(AddOn.Kind kind, Optional<String> meter, String quantity) {
        Plan.Price price = new Plan.Price(BigDecimal.ONE, "EUR");
        UUID id = new UUID(0, 1);
        return new AddOn(id, "some", "Some", "", kind, meter, new BigDecimal(quantity), 1, id, 1, "EUR", price, price);
    }

    @Test
    void timesCarryTheirMachineForm() {
        assertEquals(
                "<time datetime=\"2026-11-22T21:05:00Z\">22 Nov 2026, 21:05 UTC</time>",
                Show.time(Instant.parse("2026-11-22T21:05:00Z")).getValue());
    }

    @Test
    void durationsStayShort() {
        assertEquals("119 s", Show.duration(119));
        assertEquals("2 min", Show.duration(120));
        assertEquals("3 days", Show.duration(260_000));
        assertEquals("12 ms", Show.took(Optional.of(12_300L)));
    }
}
