package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExecResult;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the root of one context cannot do to, or learn of, the host and its neighbours. */
class IsolationKernelIT {
    private static final String HOST_IPV6 = "fd77:7:ffff::1";
    private static KernelFixture fixture;
    private static ContextLayout one;
    private static ContextLayout other;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
        one = fixture.started(Specs.limits(512, 256, 256));
        other = fixture.started(Specs.limits(512, 256, 256));
        for (ContextLayout layout : List.of(one, other)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> KernelFixture.sshBanner(
                                    layout.spec().addresses().getFirst())
                            .isPresent());
        }
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void aForeignIpv4SourceDoesNotLeave() throws IOException {
        spoof("10.213.99.99", "/32", other.spec().addresses().getFirst());
    }

    @Test
    void aForeignIpv6SourceDoesNotLeave() throws IOException {
        spoof("fd77:7::99:99", "/128", other.spec().addresses().getLast());
    }

    /** The same ping arrives when the address is the sender's own, so that it is the rule that stops it. */
    private static void spoof(String foreign, String prefix, String target) throws IOException {
        fixture.shell(one, "ip address add %s%s dev eth0 nodad".formatted(foreign, prefix));
        try {
            spoof(foreign, prefix, target, both(foreign));
        } finally {
            // it would be the sender of other tests' packets, where it fits their target better than its own
            fixture.shell(one, "ip address delete %s%s dev eth0".formatted(foreign, prefix));
        }
    }

    private static List<String> both(String foreign) {
        return Stream.concat(one.spec().addresses().stream(), Stream.of(foreign))
                .toList();
    }

    private static void spoof(String foreign, String prefix, String target, List<String> both) throws IOException {
        String ping = "ping -n -c 5 -i 0.2 -W 1 -s 1000 -I %s %s".formatted(foreign, target);
        long spoofed = arrived(foreign + prefix, ping);
        assertTrue(spoofed < 1000, "%d bytes arrived from a foreign source".formatted(spoofed));

        fixture.host().ensureNetwork(KernelFixture.changed(one, one.spec().hostname(), both));
        long before = received();
        fixture.shell(one, ping);
        assertTrue(received() - before >= 5 * 1000, "the same packets arrive once the address is granted");

        fixture.host().ensureNetwork(one);
        // it is taken away inside as well; a context that puts it back is no further
        fixture.shell(one, "ip address add %s%s dev eth0 nodad".formatted(foreign, prefix));
        assertTrue(arrived(foreign + prefix, ping) < 1000, "and no longer when it is taken away");
    }

    /** Bytes that arrived. Answers to the foreign address end on the host, so that no late error message about them is counted. */
    private static long arrived(String foreign, String ping) throws IOException {
        String[] route = {"ip", "route", "add", "blackhole", foreign};
        new Programs().check(Programs.Command.of(route));
        try {
            long before = received();
            fixture.shell(one, ping);
            return received() - before;
        } finally {
            route[2] = "delete";
            new Programs().check(Programs.Command.of(route));
        }
    }

    private static long received() {
        return fixture.host().counters(other.contextId()).orElseThrow().netRxBytes();
    }

    @Test
    void itsOwnTrafficIsCountedOnceInEachDirection() throws IOException {
        long sent = fixture.host().counters(one.contextId()).orElseThrow().netTxBytes();
        long received = received();
        ExecResult ping = fixture.shell(
                one,
                "ping -n -c 10 -i 0.2 -s 972 -I %s %s"
                        .formatted(
                                one.spec().addresses().getFirst(),
                                other.spec().addresses().getFirst()));
        assertEquals(0, ping.exitCode(), ping.output());
        long out = fixture.host().counters(one.contextId()).orElseThrow().netTxBytes() - sent;
        long in = received() - received;
        // 10 × (20 IP + 8 ICMP + 972); neighbour discovery may add a little.
        assertTrue(out >= 10_000 && out < 12_000, "sent " + out);
        assertTrue(in >= 10_000 && in < 12_000, "received " + in);
    }

    private static Nftables nftables(String table, List<String> openPorts) {
        return new Nftables(
                table, new NftBatch(table, openPorts, Optional.empty(), List.of(), List.of()), new Programs());
    }

    @Test
    void theCounterReadByNetlinkIsTheListedOne() {
        Nftables nftables = nftables(fixture.config().nftTable(), List.of());
        String id = one.contextId();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertEquals(
                        nftables.state().link(id).counters().get(Names.sentCounter(id)),
                        nftables.sentBytes(id).orElseThrow()));
        assertTrue(nftables.sentBytes(id).orElseThrow() > 0);
        assertTrue(nftables.sentBytes("0193ffff-0000-7000-8000-00000000dead").isEmpty());
        assertTrue(nftables("berth-no-such-table", List.of()).sentBytes(id).isEmpty());
    }

    /** The host listens on every address; what it opens for contexts they reach, and nothing else. */
    @Test
    void servicesOfTheHostCannotBeReachedUnlessOpened() throws IOException {
        Programs programs = new Programs();
        programs.check(Programs.Command.of("ip", "address", "add", HOST_IPV6 + "/128", "dev", "lo"));
        try (ServerSocket tcp = new ServerSocket(0, 50, InetAddress.getByName("::"));
                DatagramSocket udp = new DatagramSocket(0, InetAddress.getByName("::"))) {
            List<String> ways = List.of(hostAddress(), Router.GATEWAY_IPV4, HOST_IPV6);
            for (String way : ways) {
                assertNotEquals(0, connect(way, tcp.getLocalPort(), 2), way);
                send(way, udp.getLocalPort());
            }
            udp.setSoTimeout(500);
            assertThrows(SocketTimeoutException.class, () -> udp.receive(new DatagramPacket(new byte[9], 9)));

            List<String> open = List.of("tcp:" + tcp.getLocalPort(), "udp:" + udp.getLocalPort());
            nftables(fixture.config().nftTable(), open).prepare();
            udp.setSoTimeout(5_000);
            for (String way : ways) {
                assertEquals(0, connect(way, tcp.getLocalPort()), way);
                send(way, udp.getLocalPort());
                udp.receive(new DatagramPacket(new byte[9], 9));
            }
        } finally {
            nftables(fixture.config().nftTable(), List.of()).prepare();
            programs.check(Programs.Command.of("ip", "address", "delete", HOST_IPV6 + "/128", "dev", "lo"));
        }
    }

    @Test
    void gatewayAndNeighbourCanBeReached() throws IOException {
        List<String> others = other.spec().addresses();
        for (String target : List.of(Router.GATEWAY_IPV4, hostAddress(), others.getLast())) {
            ExecResult ping = fixture.shell(one, "ping -n -c 2 -i 0.2 -W 2 " + target);
            assertEquals(0, ping.exitCode(), ping.output());
        }
        assertEquals(0, connect(others.getFirst(), 22));
        assertEquals(0, connect(others.getLast(), 22));
        assertTrue(KernelFixture.sshBanner(one.spec().addresses().getFirst()).isPresent(), "and the host reaches it");
    }

    /** Succeeds at once or, where the address is looked for first, soon; what is dropped is not waited for that long. */
    private static int connect(String address, int port) throws IOException {
        return connect(address, port, 10);
    }

    private static int connect(String address, int port, int seconds) throws IOException {
        String open = "exec 3<>/dev/tcp/%s/%d".formatted(address, port);
        return fixture.run(one, "timeout", Integer.toString(seconds), "bash", "-c", open)
                .exitCode();
    }

    private static void send(String address, int port) throws IOException {
        fixture.run(one, "timeout", "2", "bash", "-c", "echo hello > /dev/udp/%s/%d".formatted(address, port));
    }

    @Test
    void processesOfOthersAreInvisible() throws IOException {
        fixture.shell(other, "sleep 98765 >/dev/null 2>&1 &");
        assertTrue(fixture.run(other, "ps", "axww").output().contains("sleep 98765"));
        String seen = fixture.run(one, "ps", "axww").output();
        assertFalse(seen.contains("sleep 98765"));
        assertFalse(seen.contains("java"), "the host's are invisible too");
        assertTrue(seen.lines().anyMatch(line -> line.matches("\\s*1 .*init.*")), seen);
    }

    @Test
    void filesOfOthersAreInvisible() throws IOException {
        fixture.shell(other, "echo secret > /root/marker-of-the-other");
        String found = fixture.shell(one, "find / -name 'marker-of-the-other*' 2>/dev/null")
                .output();
        assertEquals("", found);
        String cgroups = fixture.shell(one, "find /sys/fs/cgroup -name '*%s*'".formatted(other.contextId()))
                .output();
        assertEquals("", cgroups);
    }

    @Test
    void trafficOfOthersIsInvisible() throws IOException {
        String packets = "cat /sys/class/net/eth0/statistics/rx_packets";
        long before = number(fixture.shell(one, packets).output());
        ExecResult flood = fixture.shell(other, "ping -n -f -c 300 -s 100 %s".formatted(hostAddress()));
        assertEquals(0, flood.exitCode(), flood.output());
        long seen = number(fixture.shell(one, packets).output()) - before;
        assertTrue(seen < 50, "%d packets seen while another context received 300".formatted(seen));
    }

    /** The address the host answers this context with. */
    private static String hostAddress() {
        String route = new Programs()
                .check(Programs.Command.of(
                        "ip", "-o", "route", "get", other.spec().addresses().getFirst()));
        String[] words = route.split("\\s+", -1);
        return words[List.of(words).indexOf("src") + 1];
    }

    private static long number(String text) {
        return Long.parseLong(text.strip());
    }

    @Test
    void noDeviceOfTheHostCanBeOpened() throws IOException {
        ExecResult made = fixture.shell(one, "mknod /root/disk b 7 0 && head -c 1 /root/disk");
        assertNotEquals(0, made.exitCode(), made.output());
        ExecResult devices = fixture.shell(
                one, "find /dev -type b 2>/dev/null; ls /dev/mem /dev/kmsg /dev/loop-control 2>/dev/null");
        assertEquals("", devices.output());
    }

    @Test
    void theHostsKernelSettingsCannotBeWritten() throws IOException {
        ExecResult sysctl = fixture.shell(one, "echo 1 > /proc/sys/kernel/panic");
        assertNotEquals(0, sysctl.exitCode());
        ExecResult limit = fixture.shell(
                one,
                "find /sys/fs/cgroup -maxdepth 2 \\( -name memory.limit_in_bytes -o -name memory.max \\)"
                        + " -exec sh -c 'echo 9999999999 > {}' \\;; true");
        assertEquals(0, limit.exitCode());
        assertEquals(512L << 20, memoryLimit());
        assertNotEquals(0, fixture.shell(one, "dmesg").exitCode(), "the host's log");
        ExecResult module = fixture.shell(one, "echo x > /proc/sysrq-trigger");
        assertNotEquals(0, module.exitCode());
    }

    private static long memoryLimit() {
        String group = fixture.config().cgroupRoot() + "/" + one.contextId();
        Hierarchies found = Hierarchies.parse(Mounts.text());
        return number(found.controller("memory")
                .map(mount -> Directories.read(mount.resolve(group).resolve("memory.limit_in_bytes")))
                .orElseGet(() ->
                        Directories.read(found.all().getFirst().resolve(group).resolve("memory.max"))));
    }
}
