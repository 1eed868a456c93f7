package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.NetworkSpec;
import dev.berth.contract.NetworkSpec.Direction;
import dev.berth.contract.NetworkSpec.Firewall;
import dev.berth.contract.NetworkSpec.Ports;
import dev.berth.contract.NetworkSpec.Protocol;
import dev.berth.contract.NetworkSpec.Rates;
import dev.berth.contract.NetworkSpec.Rule;
import dev.berth.contract.NetworkSpec.Verdict;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.KernelCounters;
import dev.berth.node.host.NetworkFindings;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Firewalls and rates of contexts, with packets that pass, wait or do not. */
class NetworkKernelIT {
    /** A link behind which nobody is: what is sent there goes through its queue. */
    private static final HostConfig.Uplink UPLINK =
            new HostConfig.Uplink("bu" + ProcessHandle.current().pid(), 20_000_000);

    /** System calls of an emulated kernel are some 25 times slower. */
    private static final boolean EMULATED = Boolean.getBoolean("berth.test.emulated");

    private static final String FAR = "10.213.255.9";

    /** Of the world (RFC 5737): one beyond the uplink, one of this host's own. */
    private static final String PUBLIC = "203.0.113.9";

    private static final String PUBLIC_HERE = "203.0.113.10";

    /** Public, and the company's own. */
    private static final String OWN = "198.51.100.9";

    private static final Programs PROGRAMS = new Programs();
    private static KernelFixture fixture;
    private static LinuxHost host;
    private static ContextLayout one;
    private static ContextLayout other;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
        ip("link", "add", UPLINK.name(), "type", "veth", "peer", "name", UPLINK.name() + "p");
        ip("link", "set", UPLINK.name() + "p", "up");
        ip("link", "set", UPLINK.name(), "up");
        ip("route", "add", FAR + "/32", "dev", UPLINK.name());
        ip("neighbour", "add", FAR, "lladdr", "02:00:00:00:00:09", "dev", UPLINK.name());
        for (String address : List.of(PUBLIC, OWN)) {
            ip("route", "add", address + "/32", "dev", UPLINK.name());
            ip("neighbour", "add", address, "lladdr", "02:00:00:00:00:09", "dev", UPLINK.name());
        }
        ip("address", "add", PUBLIC_HERE + "/32", "dev", UPLINK.name());
        host = new LinuxHost(fixture.config().withUplink(UPLINK).withLocal(List.of("198.51.100.0/24")));
        host.prepare();
        one = fixture.started(Specs.limits(512, 256, 256));
        other = fixture.started(Specs.limits(512, 256, 256));
        for (ContextLayout layout : List.of(one, other)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> KernelFixture.sshBanner(first(layout)).isPresent());
        }
    }

    @AfterAll
    static void close() {
        List<ContextLayout> layouts = List.of(one, other);
        layouts.forEach(layout -> host.ensureNoNetwork(layout.contextId()));
        assertFalse(tc("class", UPLINK.name()).contains("htb 1:c"), "no class is left");
        fixture.close();
        fixture.restartedHost().prepare();
        ip("link", "delete", UPLINK.name());
    }

    private static void ip(String... arguments) {
        PROGRAMS.check(Programs.Command.of(
                Stream.concat(Stream.of("ip"), Arrays.stream(arguments)).toArray(String[]::new)));
    }

    private static String tc(String what, String link) {
        return PROGRAMS.check(Programs.Command.of("tc", "-s", what, "show", "dev", link));
    }

    private static String first(ContextLayout layout) {
        return layout.spec().addresses().getFirst();
    }

    private static String last(ContextLayout layout) {
        return layout.spec().addresses().getLast();
    }

    private static boolean connects(ContextLayout from, String address) throws IOException {
        String open = "exec 3<>/dev/tcp/%s/22".formatted(address);
        return fixture.run(from, "timeout", "5", "bash", "-c", open).exitCode() == 0;
    }

    private static NetworkSpec walled(Verdict in, Verdict out, Rule... rules) {
        return new NetworkSpec(Optional.empty(), Optional.of(new Firewall(in, out, List.of(rules))), Optional.empty());
    }

    private static void network(ContextLayout layout, NetworkSpec network) {
        host.ensureNetwork(KernelFixture.networked(layout, network));
    }

    private static NetworkSpec rates(long ceiling, long received) {
        Rates rates = new Rates(Optional.of(100_000L), Optional.of(ceiling), Optional.of(1L), Optional.of(received));
        return new NetworkSpec(Optional.of(rates), Optional.empty(), Optional.empty());
    }

    @Test
    void whatIsNotAcceptedDoesNotArrive() throws IOException {
        Rule fromOther = new Rule(
                Direction.IN,
                Verdict.ACCEPT,
                Protocol.TCP,
                Optional.of(new Ports(22, 22)),
                Optional.of(first(other) + "/32"));
        network(one, walled(Verdict.DROP, Verdict.ACCEPT, fromOther));
        network(one, walled(Verdict.DROP, Verdict.ACCEPT, fromOther));
        assertTrue(connects(other, first(one)), "accepted by the rule");
        assertFalse(connects(other, last(one)), "IPv6 is in no rule");
        assertTrue(connects(one, first(other)), "answers pass");
        assertTrue(connects(one, last(other)), "answers pass over IPv6, and its neighbours are found");
        assertNotEquals(
                0, fixture.shell(other, "ping -n -c 1 -W 1 " + first(one)).exitCode(), "nor is anything but TCP");
        assertTrue(KernelFixture.sshBanner(first(one)).isEmpty(), "the host is no exception");

        network(one, walled(Verdict.ACCEPT, Verdict.DROP));
        assertTrue(connects(other, last(one)), "what comes is answered");
        assertFalse(connects(one, first(other)), "and nothing is begun");

        host.ensureNetwork(one);
        assertTrue(connects(one, first(other)));
        String table = PROGRAMS.check(Programs.Command.of(
                "nft", "list", "table", "inet", fixture.config().nftTable()));
        assertFalse(table.contains(Names.inChain(one.contextId())), table);
        assertFalse(table.contains("ct count"), "no state is kept where nobody has a firewall");
    }

    @Test
    void whatIsSentHasItsClassAndWhatIsReceivedItsBucket() throws IOException {
        network(one, rates(8_000_000, 2_000_000));
        network(other, rates(1_000_000, 100_000_000));
        String flood = "timeout %d sh -c 'while :; do head -c 60000 /dev/zero; done' > /dev/udp/%s/9"
                .formatted(EMULATED ? 10 : 2, FAR);
        String bash = "bash -c \"%s\" >/dev/null 2>&1 &".formatted(flood.replace("\"", "\\\""));
        fixture.shell(one, bash);
        fixture.shell(other, bash);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertTrue(sent(one) > 1_000_000 && sent(other) > 100_000, classes()));
        assertTrue(sent(one) > 2 * sent(other), classes());
        assertTrue(sent(other) < 2_000_000, "never far above a megabit a second: " + classes());

        floodFromHost(first(one));
        String queue = tc("qdisc", Names.veth(one.contextId()));
        assertTrue(queue.contains("qdisc tbf") && queue.contains("rate 2Mbit"), queue);
        assertTrue(number(queue, "dropped ") > 0, queue);

        host.ensureStopped(one.contextId(), Duration.ofSeconds(5));
        host.ensureStarted(one);
        assertTrue(tc("qdisc", Names.veth(one.contextId())).contains("rate 2Mbit"), "a new link has it at once");
        host.ensureNetwork(one);
        host.ensureNetwork(other);
        assertFalse(tc("qdisc", Names.veth(one.contextId())).contains("tbf"));
        assertFalse(classes().contains("htb 1:c"), classes());
    }

    private static String classes() {
        return tc("class", UPLINK.name());
    }

    private static long sent(ContextLayout layout) {
        String name = "class htb 1:%x ".formatted(layout.baseId() / ContextLayout.ID_RANGE);
        String all = classes();
        return all.contains(name) ? number(all.substring(all.indexOf(name)), "Sent ") : 0;
    }

    private static long number(String text, String before) {
        String rest = text.substring(text.indexOf(before) + before.length());
        return Long.parseLong(rest.split("[^0-9]", 2)[0]);
    }

    /** A megabyte at once: a queue of 50 ms at 2 Mbit/s holds a hundredth of it. */
    private static void floodFromHost(String address) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            byte[] bytes = new byte[1400];
            for (int i = 0; i < 750; i++) {
                socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName(address), 9));
            }
        }
    }

    @Test
    void whatStaysInLocalNetworksIsCountedApart() throws IOException {
        // the fixture's own host shares the table and knows no company
        host.prepare();
        host.ensureNetwork(other);
        long[] before = traffic(other);
        String send = "for i in 1 2 3 4 5; do printf %%01000d 0 >/dev/udp/%s/9; done";
        long each = 5 * (1000 + 28);

        assertEquals(0, fixture.run(other, "bash", "-c", send.formatted(PUBLIC)).exitCode());
        long[] world = traffic(other);
        assertEquals(before[0] + each, world[0], "all that was sent");
        assertEquals(before[1], world[1], "none of it local");

        assertEquals(0, fixture.run(other, "bash", "-c", send.formatted(FAR)).exitCode());
        assertEquals(0, fixture.run(other, "bash", "-c", send.formatted(OWN)).exitCode());
        long[] near = traffic(other);
        assertEquals(world[0] + 2 * each, near[0]);
        assertEquals(world[1] + 2 * each, near[1], "private, and the company's own");

        sendFrom(PUBLIC_HERE, first(other), 500);
        long[] fromWorld = traffic(other);
        assertEquals(near[2] + 528, fromWorld[2], "all that was received");
        assertEquals(near[3], fromWorld[3], "none of it local");

        sendFrom(Router.GATEWAY_IPV4, first(other), 500);
        assertEquals(fromWorld[3] + 528, traffic(other)[3]);
    }

    /** Sent, of it local, received, of it local. */
    private static long[] traffic(ContextLayout layout) {
        KernelCounters now = host.counters(layout.contextId()).orElseThrow();
        return new long[] {now.netTxBytes(), now.localTxBytes(), now.netRxBytes(), now.localRxBytes()};
    }

    private static void sendFrom(String source, String address, int bytes) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(source, 0))) {
            socket.send(new DatagramPacket(new byte[bytes], bytes, InetAddress.getByName(address), 9));
        }
    }

    /** The far end knows no way back to the context's own address: an answer comes only to the host's. */
    @Test
    void privateAddressesLeaveUnderTheHosts() throws IOException {
        String space = "berth-far-" + ProcessHandle.current().pid();
        String near = "bn" + ProcessHandle.current().pid();
        ip("netns", "add", space);
        try {
            ip("link", "add", near, "type", "veth", "peer", "name", near + "p", "netns", space);
            ip("address", "add", "10.213.254.1/30", "dev", near);
            ip("link", "set", near, "up");
            ip("-n", space, "address", "add", "10.213.254.2/30", "dev", near + "p");
            ip("-n", space, "link", "set", near + "p", "up");
            String reach = "ping -n -c 1 -W 2 10.213.254.2";
            host.ensureNetwork(one);
            assertNotEquals(0, fixture.shell(one, reach).exitCode(), "nobody there knows the way back");

            String own = first(one) + "/32";
            new LinuxHost(fixture.config().withUplink(UPLINK).withTranslated(List.of(own))).prepare();
            assertEquals(0, fixture.shell(one, reach).exitCode());
            assertNotEquals(0, fixture.shell(other, reach).exitCode(), "only what is private is translated");
            assertTrue(connects(one, first(other)), "neighbours see each other as they are");
        } finally {
            host.prepare();
            ip("netns", "delete", space);
        }
    }

    @Test
    void whatSomebodyTakesAwayIsSeenAndPutBack() {
        NetworkSpec network = walled(Verdict.DROP, Verdict.ACCEPT);
        ContextLayout walled = KernelFixture.networked(one, network);
        ContextLayout rated = KernelFixture.networked(other, rates(1_234_567, 2_345_678));
        host.ensureNetwork(walled);
        host.ensureNetwork(rated);
        List<ContextLayout> both = List.of(walled, rated);
        assertEquals(NetworkFindings.NOTHING, host.checkNetwork(both));

        String table = "inet " + fixture.config().nftTable();
        String link = Names.veth(other.contextId());
        nft("flush chain %s sent".formatted(table));
        nft("insert rule %s %s accept".formatted(table, Names.inChain(one.contextId())));
        nft("delete element %s own4 { \"%s\" . %s }".formatted(table, link, first(other)));
        ip("route", "delete", first(one) + "/32", "dev", Names.veth(one.contextId()));
        Sysctls.write(Path.of("/proc/sys/net/ipv4/conf", link, "accept_redirects"), "1");
        String name = "1:%x".formatted(other.baseId() / ContextLayout.ID_RANGE);
        PROGRAMS.check(Programs.Command.of("tc", "-batch", "-")
                .input("class change dev %s parent 1:1 classid %s htb rate 100kbit ceil 20mbit quantum 1600\n"
                        .formatted(UPLINK.name(), name)));
        PROGRAMS.check(Programs.Command.of("tc", "qdisc", "delete", "dev", link, "root"));

        NetworkFindings found = host.checkNetwork(both);
        assertEquals(
                Set.of(
                        "the rules in sent were not those that were written",
                        one.contextId() + ": the rules of its firewall were not those that were written",
                        one.contextId() + ": no route led to its address " + first(one),
                        other.contextId() + ": its addresses in the packet filter were not its own",
                        other.contextId() + ": its class on the uplink was not as it should be",
                        other.contextId() + ": what it receives was not held to its rate",
                        other.contextId() + ": the setting accept_redirects of its link was changed"),
                Set.copyOf(found.deviations()));
        assertEquals(Set.of(one.contextId(), other.contextId()), found.damaged());
        both.forEach(host::ensureNetwork);
        assertEquals(NetworkFindings.NOTHING, host.checkNetwork(both));

        LinuxHost successor = new LinuxHost(fixture.config().withUplink(UPLINK));
        successor.prepare();
        assertEquals(
                new NetworkFindings(List.of(), Set.of(one.contextId())),
                successor.checkNetwork(both),
                "no fault, but rules of another daemon are written again");
        host.ensureNetwork(one);
        host.ensureNetwork(other);
    }

    /** Without a restart: its process 1 is the same through all of it. */
    @Test
    void addressesComeAndGoWhileItRuns() throws IOException {
        host.ensureNetwork(one);
        host.ensureNetwork(other);
        String four = "10.213.250.7";
        String six = "fd77:7:250::7";
        List<String> own = one.spec().addresses();
        List<String> more = Stream.concat(own.stream(), Stream.of(four, six)).toList();
        ContextLayout wider = KernelFixture.changed(one, one.spec().hostname(), more);
        String started = fixture.shell(one, "stat -c %Y /proc/1").output();

        host.ensureNetwork(wider);
        host.ensureNetwork(wider);
        for (String address : more) {
            assertTrue(connects(other, address), address);
        }
        assertEquals(0, pinged(one, four, first(other)), "it sends from the new one");
        assertEquals(0, pinged(one, six, last(other)));
        fixture.shell(one, "ip address add 10.213.250.8/32 dev eth0");
        assertNotEquals(0, pinged(one, "10.213.250.8", first(other)), "one that it took by itself is dropped");
        assertEquals(NetworkFindings.NOTHING, host.checkNetwork(List.of(wider, other)));

        host.ensureNetwork(one);
        fixture.shell(one, "ip address add %s/32 dev eth0".formatted(four));
        assertNotEquals(0, pinged(one, four, first(other)), "one that was taken away is dropped at once");
        assertFalse(connects(other, four), "and nothing leads to it");
        assertFalse(connects(other, six));
        assertTrue(connects(other, first(one)), "the first one stays");
        assertEquals(started, fixture.shell(one, "stat -c %Y /proc/1").output(), "nothing was restarted");
        fixture.shell(
                one, "ip address delete %s/32 dev eth0; ip address delete 10.213.250.8/32 dev eth0".formatted(four));
    }

    private static int pinged(ContextLayout from, String source, String target) throws IOException {
        return fixture.shell(from, "ping -n -c 1 -W 1 -I %s %s".formatted(source, target))
                .exitCode();
    }

    private static void nft(String command) {
        PROGRAMS.check(Programs.Command.of("nft", "-f", "-").input(command + "\n"));
    }

    /** What neighbours are told of each other is told on the links they share, and they share none. */
    @Test
    void noNeighbourCanBeTakenOver() throws IOException {
        host.ensureNetwork(one);
        host.ensureNetwork(other);
        String mac =
                fixture.shell(one, "cat /sys/class/net/eth0/address").output().strip();
        assertTrue(mac.matches("[0-9a-f:]{17}"), mac);
        // Gratuitous ARP: other's address is at one's.
        String arp =
                "000108000604" + "0002" + mac.replace(":", "") + hex(first(other)) + "ffffffffffff" + hex(first(other));
        String frame = "ffffffffffff" + mac.replace(":", "") + "0806" + arp;
        String perl = "socket(S,17,3,0) or die $!; "
                + " open F,'/sys/class/net/eth0/ifindex';$x=<F>;chomp $x;"
                + " for(1..5){send(S,pack('H*','%s'),0,pack('SnlSCCa8',17,0x806,$x,0,0,6,''))or die $!}"
                        .formatted(frame);
        assertEquals(0, fixture.run(one, "perl", "-e", perl).exitCode());
        assertTrue(connects(one, first(other)));
        String taken =
                PROGRAMS.check(Programs.Command.of("ip", "neighbour", "show", "dev", Names.veth(other.contextId())));
        assertFalse(taken.contains(mac), taken);
        String way = PROGRAMS.check(Programs.Command.of("ip", "route", "get", first(other)));
        assertTrue(way.contains("dev " + Names.veth(other.contextId())), way);
        assertTrue(KernelFixture.sshBanner(first(other)).isPresent(), "the host still finds it");
        assertTrue(KernelFixture.sshBanner(last(other)).isPresent());
    }

    /** The same over IPv6: an advertisement that claims a neighbour's address and wants to override what is known. */
    @Test
    void noAdvertisementTakesANeighbourOver() throws IOException {
        host.ensureNetwork(one);
        host.ensureNetwork(other);
        byte[] mac = HexFormat.ofDelimiter(":")
                .parseHex(fixture.shell(one, "cat /sys/class/net/eth0/address")
                        .output()
                        .strip());
        String local = fixture.shell(one, "ip -6 -o address show dev eth0 scope link")
                .output()
                .replaceAll("(?s).*inet6 (fe80:[0-9a-f:]+)/.*", "$1");
        byte[] frame = advertisement(mac, local, last(other));
        String perl = "socket(S,17,3,0) or die $!; "
                + " open F,'/sys/class/net/eth0/ifindex';$x=<F>;chomp $x;"
                + " for(1..5){send(S,pack('H*','%s'),0,pack('SnlSCCa8',17,0x86dd,$x,0,0,6,''))or die $!}"
                        .formatted(HexFormat.of().formatHex(frame));
        assertEquals(0, fixture.run(one, "perl", "-e", perl).exitCode());

        assertTrue(connects(one, last(other)), "it finds its neighbour all the same");
        String known = PROGRAMS.check(Programs.Command.of("ip", "-6", "neighbour", "show"));
        assertFalse(
                known.lines()
                        .anyMatch(line ->
                                line.startsWith(last(other) + " ") && line.contains(Names.veth(one.contextId()))),
                known);
        String way = PROGRAMS.check(Programs.Command.of("ip", "-6", "route", "get", last(other)));
        assertTrue(way.contains("dev " + Names.veth(other.contextId())), way);
        assertTrue(KernelFixture.sshBanner(last(other)).isPresent(), "the host still finds it");
    }

    /** RFC 4861, section 4.4: to all nodes, unsolicited, with the flag that overrides. */
    private static byte[] advertisement(byte[] mac, String source, String target) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(32);
        message.put((byte) 136).put((byte) 0).putShort((short) 0).putInt(0x20000000);
        message.put(InetAddress.getByName(target).getAddress());
        message.put((byte) 2).put((byte) 1).put(mac);
        byte[] from = InetAddress.getByName(source).getAddress();
        byte[] all = InetAddress.getByName("ff02::1").getAddress();
        ByteBuffer pseudo = ByteBuffer.allocate(40 + message.capacity());
        pseudo.put(from).put(all).putInt(message.capacity()).putInt(58).put(message.array());
        message.putShort(2, checksum(pseudo.array()));
        ByteBuffer frame = ByteBuffer.allocate(14 + 40 + message.capacity());
        frame.put(HexFormat.of().parseHex("333300000001")).put(mac).putShort((short) 0x86dd);
        frame.putInt(6 << 28)
                .putShort((short) message.capacity())
                .put((byte) 58)
                .put((byte) 255);
        return frame.put(from).put(all).put(message.array()).array();
    }

    /** RFC 1071. */
    private static short checksum(byte[] bytes) {
        long sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += ((bytes[i] & 0xff) << 8) + (bytes[i + 1] & 0xff);
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }

    private static String hex(String ipv4) {
        StringBuilder text = new StringBuilder();
        for (String part : ipv4.split("\\.", -1)) {
            text.append("%02x".formatted(Integer.parseInt(part)));
        }
        return text.toString();
    }

    @Test
    void theHostIsAnsweredOverUdpAndAskedNothing() throws IOException {
        String server = "use IO::Socket; $s=IO::Socket::INET->new(LocalPort=>4000,Proto=>'udp') or die;"
                + " while($s->recv($m,99)){$s->send('yes')}";
        fixture.shell(other, "timeout 20 perl -e \"%s\" >/dev/null 2>&1 &".formatted(server.replace("$", "\\$")));
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(500);
            await().atMost(Duration.ofSeconds(15)).ignoreExceptions().untilAsserted(() -> {
                byte[] ask = {1};
                socket.send(new DatagramPacket(ask, 1, InetAddress.getByName(first(other)), 4000));
                DatagramPacket answer = new DatagramPacket(new byte[9], 9);
                socket.receive(answer);
                assertEquals("yes", new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII));
            });
        }
    }
}
