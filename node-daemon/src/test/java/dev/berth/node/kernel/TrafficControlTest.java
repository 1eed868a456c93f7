package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.NetworkSpec.Rates;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrafficControlTest {
    private static final HostConfig.Uplink UPLINK = new HostConfig.Uplink("eth0", 100_000_000);

    @Test
    void aClassHasItsReservationItsCeilingAndItsShare() {
        Rates rates = new Rates(Optional.of(2_000_000L), Optional.of(10_000_000L), Optional.of(5L), Optional.empty());
        assertEquals(
                "class replace dev eth0 parent 1:1 classid 1:20 htb rate 2000000bit ceil 10000000bit quantum 8000\n",
                TrafficControl.onUplink(UPLINK, "1:20", rates));
    }

    @Test
    void withoutACeilingTheUplinkIsIt() {
        Rates rates = new Rates(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        assertEquals(
                "class replace dev eth0 parent 1:1 classid 1:20 htb rate 8000bit ceil 100000000bit quantum 1600\n",
                TrafficControl.onUplink(UPLINK, "1:20", rates));
    }

    @Test
    void aReservationIsNeverMoreThanTheUplink() {
        Rates rates = new Rates(Optional.of(900_000_000L), Optional.empty(), Optional.empty(), Optional.empty());
        assertEquals(
                "class replace dev eth0 parent 1:1 classid 1:20 htb rate 100000000bit ceil 100000000bit quantum 1600\n",
                TrafficControl.onUplink(UPLINK, "1:20", rates));
    }

    @Test
    void whatIsReceivedIsHeldOnTheLink() {
        assertEquals(
                "qdisc replace dev b0123456789ab root tbf rate 50000000bit burst 125000 latency 50ms\n",
                onLink(Optional.of(50_000_000L)));
        assertEquals(
                "qdisc replace dev b0123456789ab root tbf rate 8000bit burst 32768 latency 50ms\n",
                onLink(Optional.of(8_000L)));
        assertEquals("", onLink(Optional.empty()));
    }

    @Test
    void ratesAreReadAsTcWritesThem() {
        assertEquals("8Kbit", TrafficControl.shown(8_000));
        assertEquals("9992bit", TrafficControl.shown(9_999));
        assertEquals("1234Kbit", TrafficControl.shown(1_234_567));
        assertEquals("1500Kbit", TrafficControl.shown(1_500_000));
        assertEquals("20Mbit", TrafficControl.shown(20_000_000));
        assertEquals("400Gbit", TrafficControl.shown(400_000_000_000L));
    }

    private static String onLink(Optional<Long> bits) {
        Rates rates = new Rates(Optional.empty(), Optional.empty(), Optional.empty(), bits);
        return TrafficControl.onLink(
                new Connection(Specs.ID, List.of("10.77.0.9"), Optional.empty(), Optional.of(rates), 32), rates);
    }
}
