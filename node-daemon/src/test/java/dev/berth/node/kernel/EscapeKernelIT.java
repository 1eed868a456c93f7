package dev.berth.node.kernel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExecResult;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Everything in {@link EscapeAttempts} in one real context beside a neighbour, and what has to be checked from the host. */
class EscapeKernelIT {
    private static final String UNTOUCHED = "untouched";
    /** On an emulated host a process takes long to begin. */
    private static final Duration AT_MOST = Duration.ofMinutes(5);

    private static final String SOCKET =
            "berth-escape-" + ProcessHandle.current().pid();
    private static KernelFixture fixture;
    private static ContextLayout one;
    private static ContextLayout other;
    private static Path victim;

    @BeforeAll
    static void open() throws IOException {
        fixture = KernelFixture.open();
        victim = Files.createDirectories(fixture.config().dataDir().resolve("victim-of-escapes"));
        Files.writeString(victim.resolve("marker"), UNTOUCHED);
        one = fixture.started(Specs.limits(512, 256, 256));
        other = fixture.started(Specs.limits(256, 128, 64));
        for (ContextLayout layout : List.of(one, other)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> fixture.run(layout, "systemctl", "is-system-running")
                                    .exitCode()
                            == 0);
        }
        fixture.shell(other, "sleep 987654 >/dev/null 2>&1 &");
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void nothingEscapesOrLeaks() throws IOException {
        String key = perl(
                "my @s = ('user', 'berth-escape', 'secret'); print syscall(%d, @s, 6, -4)".formatted(number(248, 217)));
        Process listener = new Programs()
                .start(
                        "perl",
                        "-e",
                        "socket(S,1,1,0)||die; bind(S,pack('Sxa*',1,'%s'))||die; listen(S,5)||die; sleep 120"
                                .formatted(SOCKET));
        try {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> Files.readString(Path.of("/proc/net/unix")).contains(SOCKET));
            refused("sh", key);
            refused("unshare --user --map-root-user --mount --pid --fork --net --ipc --uts --cgroup sh", key);
        } finally {
            listener.destroyForcibly();
            perl("syscall(%d, 3, %s)".formatted(number(250, 219), key));
        }
    }

    private static void refused(String shell, String key) throws IOException {
        fixture.shell(one, "mkdir -p /root/escape");
        List<EscapeAttempts.Outcome> outcomes = new ArrayList<>();
        StringBuilder said = new StringBuilder();
        for (String group : EscapeAttempts.groups()) {
            put(EscapeAttempts.runner(group, environment(key)));
            List<String> command = List.of("sh", "-c", shell + " /root/escape/run.sh");
            ExecResult result = fixture.host().exec(one.contextId(), command, AT_MOST, 1 << 20);
            outcomes.addAll(EscapeAttempts.outcomes(result.output()));
            said.append(result.output());
        }
        assertEquals(EscapeAttempts.all().size(), outcomes.size(), said::toString);
        assertEquals(
                List.of(),
                outcomes.stream().filter(EscapeAttempts.Outcome::escaped).toList(),
                () -> "of %s".formatted(outcomes));
        assertEquals(
                List.of(), outcomes.stream().filter(outcome -> !outcome.tried()).toList(), "proves nothing");
    }

    private static void put(String script) {
        try (Tree tree = Tree.open(fixture.config().rootfs(one.contextId()), one.baseId())) {
            tree.write("root/escape/run.sh", script.getBytes(StandardCharsets.UTF_8), 0755);
        }
    }

    private static Map<String, String> environment(String key) {
        return Map.of(
                "HOST_BLOCK", "7 0",
                "HOST_MARKER", victim.resolve("marker").toString(),
                "HOST_DATA", fixture.config().dataDir().toString(),
                "HOST_PID", Long.toString(ProcessHandle.current().pid()),
                "HOST_KEY", key,
                "HOST_SOCKET", SOCKET,
                "CGROUP_ROOT", fixture.config().cgroupRoot(),
                "NEIGHBOUR_ID", other.contextId());
    }

    private static String perl(String program) {
        return new Programs().check(Programs.Command.of("perl", "-e", program)).strip();
    }

    private static int number(int x86, int arm) {
        return "aarch64".equals(System.getProperty("os.arch")) ? arm : x86;
    }

    /** Frames made by hand, past everything the context's own kernel side would refuse. */
    @Test
    void framesUnderAForeignAddressChangeNothing() throws IOException {
        String veth = Names.veth(one.contextId());
        String host = Files.readString(Path.of("/sys/class/net/%s/address".formatted(veth)))
                .strip()
                .replace(":", "");
        String own = fixture.run(one, "cat", "/sys/class/net/eth0/address")
                .output()
                .strip()
                .replace(":", "");
        String target = bytes(other.spec().addresses().getFirst());
        String foreign = bytes("10.213.99.98");
        String data = "00".repeat(1000);
        theNeighbourIsReached();
        // UDP from a foreign address to the neighbour: Ethernet, IPv4 with its checksum, 8 + 1000 bytes.
        String datagram = host + own + "0800" + withChecksum("4500040400004000401100" + "00" + foreign + target)
                + "1234432103f00000" + data;
        // ARP: "the neighbour's address is here".
        String arp = host + own + "0806" + "0001080006040002" + own + target + host + bytes("169.254.1.1");
        // ND: the same of its IPv6 address. A wrong checksum would be dropped earlier, so it is computed, too.
        long before = fixture.host().counters(other.contextId()).orElseThrow().netRxBytes();

        send(datagram, 100);
        send(arp, 5);
        send(advertisement(host, own, other.spec().addresses().getLast()), 5);

        long received = fixture.host().counters(other.contextId()).orElseThrow().netRxBytes() - before;
        assertTrue(received < 20_000, "%d bytes arrived from a foreign source".formatted(received));
        String neighbours = new Programs().check(Programs.Command.of("ip", "neigh", "show", "dev", veth));
        for (String address : other.spec().addresses()) {
            assertFalse(neighbours.contains(address + " "), neighbours);
        }
        theNeighbourIsReached();
    }

    private static void theNeighbourIsReached() {
        for (String address : other.spec().addresses()) {
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                ExecResult ping = fixture.run(one, "ping", "-n", "-c", "1", "-W", "2", address);
                assertEquals(0, ping.exitCode(), ping.output());
            });
        }
    }

    private static String advertisement(String host, String own, String address) throws IOException {
        String source = bytes(address);
        String all = bytes("ff02::1");
        String body = "88000000" + "20000000" + source + "0201" + own;
        String sum = checksum(source + all + "00000020" + "0000003a" + body);
        String icmp = "8800" + sum + body.substring(8);
        return host + own + "86dd" + "6000000000203aff" + source + all + icmp;
    }

    private static String bytes(String address) throws IOException {
        return HexFormat.of().formatHex(InetAddress.getByName(address).getAddress());
    }

    private static String withChecksum(String header) {
        return header.substring(0, 20) + checksum(header) + header.substring(24);
    }

    /** RFC 1071. */
    private static String checksum(String hex) {
        int sum = 0;
        for (int at = 0; at < hex.length(); at += 4) {
            sum += Integer.parseInt(hex.substring(at, at + 4), 16);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return "%04x".formatted(~sum & 0xffff);
    }

    private static void send(String frame, int times) throws IOException {
        String program = "socket(my $s, 17, 3, 0) or die; my ($i) = `cat /sys/class/net/eth0/ifindex`; "
                + "my $to = pack('SniSCCa8', 17, 3, $i, 0, 0, 6, ''); "
                + "for (1..%d) { defined send($s, pack('H*', '%s'), 0, $to) or die $! }".formatted(times, frame);
        ExecResult sent = fixture.run(one, "perl", "-e", program);
        assertEquals(0, sent.exitCode(), sent.output());
    }

    @Test
    void itsLimitsStayWhatTheyAre() throws IOException {
        List<String> before = limits();
        assertTrue(before.size() >= 3, before::toString);
        fixture.shell(
                one,
                "for n in memory.limit_in_bytes memory.max pids.max cpu.cfs_quota_us cpu.max cpu.shares cpu.weight; do"
                        + " for f in $(find /sys/fs/cgroup -name $n); do echo max > $f; echo -1 > $f;"
                        + " echo 9999999 > $f; done; done 2>/dev/null; true");
        assertEquals(before, limits());
    }

    /** Of its outer group, as the host sees it. */
    private static List<String> limits() throws IOException {
        List<String> found = new ArrayList<>();
        String group = fixture.config().cgroupRoot() + "/" + one.contextId();
        for (Path mount : Hierarchies.parse(Mounts.text()).all()) {
            for (String name :
                    List.of("memory.limit_in_bytes", "memory.max", "pids.max", "cpu.cfs_quota_us", "cpu.max")) {
                Path file = mount.resolve(group).resolve(name);
                if (Files.exists(file)) {
                    found.add(file + "=" + Files.readString(file).strip());
                }
            }
        }
        return found;
    }

    /** Each file the daemon writes, made into something else by the context's root before it is written again. */
    @Test
    void everyWrittenFileMayBeHostile() throws IOException {
        List<String> files = Stream.concat(
                        ContextFiles.of(one.spec(), fixture.config().nameservers(), new Distribution.Debian()).stream()
                                .map(ContextFiles.Wanted::path),
                        Stream.of(SshHostKey.PRIVATE_PATH, SshHostKey.PUBLIC_PATH))
                .toList();
        for (String trap : List.of(
                "ln -s %2$s/marker /%1$s",
                "ln -s /proc/1/root%2$s/marker /%1$s",
                "ln -s ../../../../../../../..%2$s/marker /%1$s",
                "mkfifo /%1$s",
                "mkdir /%1$s && touch /%1$s/x",
                "ln /etc/passwd /%1$s")) {
            for (String file : files) {
                fixture.shell(one, ("cp -a /etc/passwd /etc/passwd-; rm -rf /%1$s; " + trap).formatted(file, victim));
            }
            rewritten();
            assertEquals(UNTOUCHED, Files.readString(victim.resolve("marker")), trap);
            assertEquals(List.of("marker"), List.copyOf(Directories.names(victim)), trap);
            assertEquals("", fixture.shell(one, "cmp /etc/passwd /etc/passwd-").output(), trap);
            files.forEach(EscapeKernelIT::clean);
        }
    }

    private static void clean(String file) {
        try {
            fixture.run(one, "rm", "-rf", "/" + file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A directory that is its own one moment and a link to the host the next. */
    @Test
    void aDirectorySwappedInALoopLeadsNowhere() throws IOException {
        fixture.shell(
                one,
                "mkdir -p /root/.ssh; ln -sfn %s /root/.trap; (while [ ! -e /root/enough ]; do mv -T /root/.ssh /root/.own; "
                                .formatted(victim)
                        + "mv -T /root/.trap /root/.ssh; mv -T /root/.ssh /root/.trap; mv -T /root/.own /root/.ssh; done)"
                        + " >/dev/null 2>&1 &");
        for (int round = 0; round < 20; round++) {
            rewritten();
        }
        fixture.shell(one, "touch /root/enough");
        assertEquals(UNTOUCHED, Files.readString(victim.resolve("marker")));
        assertEquals(List.of("marker"), List.copyOf(Directories.names(victim)));
    }

    /** As if nothing had been written yet. A refusal is an answer; to wait for ever is not. */
    private static void rewritten() throws IOException {
        Files.deleteIfExists(fixture.config().context(one.contextId()).resolve("written"));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            try {
                fixture.host().ensureFiles(one);
            } catch (HostException e) {
                assertFalse(String.valueOf(e.getMessage()).isEmpty());
            }
        });
    }
}
