package dev.berth.node.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.DesiredState;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.Departure;
import dev.berth.contract.Migration;
import dev.berth.contract.Migration.Role;
import dev.berth.contract.Observed.State;
import dev.berth.node.testing.DirectoryPortal;
import dev.berth.node.testing.Ferry;
import dev.berth.node.testing.Ferry.Way;
import dev.berth.node.testing.TestAuthority;
import dev.berth.node.testing.TestPortal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A context's way from one test host to another, as the portal leads it: what each is told, under which generation, and when. Every node has a
 * portal of its own here; what moves is shared.
 */
final class Journey implements AutoCloseable {
    static final String ID = RebootedHost.RUNS;
    static final String ADDRESS = RebootedHost.ADDRESS;
    static final Duration LONG = Duration.ofMinutes(5);

    /** Fills slowly, so that a bank that came along is not taken for one that was filled since, nor for a new one. */
    static final Limits LIMITS = new Limits(50, 1_000, 600_000, 256L << 20, 200, 160L << 20, Optional.of(20_000L));

    /** A minute at its ceiling. */
    static final long LAUNCH_TOKENS = 60_000;

    /** The generation under which it leaves for good; the next is its target's. */
    static final long LEAVES = 5;

    /** Whatever of a context could be on a host. */
    static final String TRACES = """
            { find /var/lib/berth -maxdepth 5 -path '*%1$s*'
            ls -A /var/lib/berth/moves
            grep %1$s /proc/self/mountinfo
            ls -d /sys/fs/cgroup/berth/%1$s
            ip -o link show b%2$s
            nft list ruleset | grep -i -e %2$s -e %3$s; } 2>/dev/null || true
            """.formatted(ID, ID.substring(24), ADDRESS);

    private static final String IN_VAIN = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9fb1";
    private static final String FOR_GOOD = "019ab2c4-7d10-7a3e-9f00-5b6c7d8e9fb2";
    private static final long PIECE = 3;

    /** All that a move may lose. The attribute is set by number of the system call: no program for it is in the image. */
    private static final String MAKE = """
            mkdir /root/t && cd /root/t && echo one >kept && ln kept hard && ln -s /etc/shadow soft && mkfifo pipe
            ln -s ../../../../../../etc up && chown 33:65534 kept && chmod 4751 kept && touch -d 2001-02-03T04:05:06.789 kept
            truncate -s 64M hole && echo end >>hole && rm /etc/issue && rm -r /etc/skel && mkdir /etc/skel
            touch "$(printf 'odd\\nname \\377')" && mkdir -m 1777 open && chown 1000:1000 open && cp /bin/true program
            /sbin/setcap cap_net_raw+ep program
            perl -e 'my ($f, $n, $v) = ("kept", "user.note", "of the owner"); syscall(188, $f, $n, $v, 12, 0) == 0 or die $!'
            dd if=/dev/urandom of=data bs=1M count=8 conv=fsync
            echo changed-by-its-owner >/etc/hostname
            """;

    /** Sizes of directories and their links are the file system's own. */
    private static final String LOOK = """
            cd /root/t && { find . -type d -printf '%p %U %G %m %T@\\n'; find . ! -type d -printf '%p %U %G %m %n %s %y %l %T@\\n'
            find . -type f -exec sha256sum {} +; /sbin/getcap -n program; ls -A /etc/skel; ls /etc/issue 2>&1; cat /etc/hostname
            test "$(du -k hole | cut -f 1)" -lt 1024 && echo sparse; test kept -ef hard && echo one
            perl -e 'my ($f, $n, $v) = ("kept", "user.note", "\\0" x 64); print substr($v, 0, syscall(191, $f, $n, $v, 64)), "\\n"'
            } | LC_ALL=C sort
            """;

    private static String digest = "";

    private final Bridge bridge = new Bridge(System.getProperty("berth.test.bridge", ""));
    private Optional<Ferry> ferry = Optional.empty();
    private Optional<RemoteHost> source = Optional.empty();
    private Optional<RemoteHost> target = Optional.empty();
    private Optional<Departure> departure = Optional.empty();
    private String refusal = "";
    private String before = "";
    private String back = "";
    private String after = "";

    private final long began = System.nanoTime();

    /** Says how far it is: what it takes is kept in the job's output. */
    private void at(String what) {
        System.out.printf("[%5.1f s] %s%n", (System.nanoTime() - began) / 1e9, what);
    }

    Bridge bridge() {
        return bridge;
    }

    RemoteHost source() {
        return source.orElseThrow();
    }

    RemoteHost target() {
        return target.orElseThrow();
    }

    /** What was handed over in the end. */
    Departure departure() {
        return departure.orElseThrow();
    }

    /** Why the changed one was not taken. */
    String refusal() {
        return refusal;
    }

    /** The tree as it was made. */
    String before() {
        return before;
    }

    /** The tree at its source, after the move in vain. */
    String back() {
        return back;
    }

    /** The tree at its target. */
    String after() {
        return after;
    }

    /** It runs on one host, has something to lose, and has spent some of its bank. */
    void begin() throws Exception {
        byte[] image = Files.readAllBytes(Path.of(System.getProperty("berth.test.image", "")));
        digest = BeforeRebootHostIT.digest(image);
        String[] addresses = System.getProperty("berth.test.hosts", "").split(",", -1);
        Ferry shared = new Ferry(new DirectoryPortal(Files.createTempDirectory("pieces")));
        ferry = Optional.of(shared);
        source = Optional.of(host("source", addresses[0], image, shared));
        target = Optional.of(host("target", addresses[1], image, shared));
        for (RemoteHost host : List.of(source(), target())) {
            await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).until(host::up);
            host.startDaemon();
        }
        at("both hosts are up");
        source().portal().want(spec(1));
        source().awaitStatus(1, State.RUNNING);
        at("it runs on the source");
        bridge.route(ADDRESS, source().address());
        await().atMost(LONG).until(() -> bridge.answer(ADDRESS).equals("SSH-2.0"));
        source().run(ID, "set -e\n" + MAKE);
        before = source().run(ID, LOOK);
        at("it has something to lose");
        source().run(ID, "timeout 10 sh -c 'while :; do :; done'; sync");
        at("it has spent some of its bank");
    }

    private RemoteHost host(String name, String address, byte[] image, Ferry shared) throws IOException {
        TestPortal portal = new TestPortal(new TestAuthority(), bridge.inet());
        portal.image(image);
        portal.announce(digest);
        portal.moves(shared);
        return new RemoteHost(name, address, portal);
    }

    /** The source is killed while it hands over, the target gets a changed byte, staff give up. */
    void goInVain() throws Exception {
        Ferry shared = ferry.orElseThrow();
        shared.change(true);
        Ferry.Gate gate = shared.hold(Way.OUT, PIECE);
        source().portal().want(spec(2).withMigration(new Migration(IN_VAIN, Role.SOURCE)));
        await().atMost(LONG).until(gate::isReached);
        source().killDaemon();
        gate.open();
        source().awaitStatus(2, State.STOPPED);
        shared.departure(IN_VAIN);
        at("handed over in spite of a kill");

        target().portal().want(spec(3).withMigration(new Migration(IN_VAIN, Role.TARGET)));
        await().atMost(LONG).until(() -> target().failure().isPresent());
        refusal = target().failure().orElseThrow();
        at("the changed one is refused");
        assertTrue(target().show(ID).facts().nothingLeft());
        target().portal().want(tombstone(4));
        target().awaitStatus(4, State.GONE);
        at("the target has forgotten it");
        assertEquals("", target().shell(TRACES));
        assertEquals(List.of(), target().readings());

        source().portal().want(spec(4));
        source().awaitStatus(4, State.RUNNING);
        back = source().run(ID, LOOK);
        at("it is back");
        shared.change(false);
    }

    /** The target is killed while it takes. */
    void go() throws Exception {
        Ferry shared = ferry.orElseThrow();
        source().portal().want(spec(LEAVES).withMigration(new Migration(FOR_GOOD, Role.SOURCE)));
        source().awaitStatus(LEAVES, State.STOPPED);
        departure = Optional.of(shared.departure(FOR_GOOD));
        at("handed over");
        assertEquals("", bridge.answer(ADDRESS));

        Ferry.Gate gate = shared.hold(Way.IN, PIECE);
        target().portal().want(spec(LEAVES + 1).withMigration(new Migration(FOR_GOOD, Role.TARGET)));
        await().atMost(LONG).until(gate::isReached);
        target().killDaemon();
        gate.open();
        target().awaitStatus(LEAVES + 1, State.RUNNING);
        at("it runs on the target in spite of a kill");
        bridge.route(ADDRESS, target().address());
        await().atMost(LONG).until(() -> bridge.answer(ADDRESS).equals("SSH-2.0"));
        after = target().run(ID, LOOK);

        source().portal().want(tombstone(LEAVES + 1));
        source().awaitStatus(LEAVES + 1, State.GONE);
        at("the source has forgotten it");
    }

    static ContextSpec spec(long generation) {
        return new ContextSpec(
                ID, generation, DesiredState.RUNNING, 0, "web-1", digest, List.of(ADDRESS), List.of(), LIMITS);
    }

    /** As the portal words it: nothing of what it was is told any more. */
    private static ContextSpec tombstone(long generation) {
        return new ContextSpec(ID, generation, DesiredState.DELETED, 0, "moved", digest, List.of(), List.of(), LIMITS);
    }

    @Override
    public void close() {
        source.ifPresent(host -> host.portal().close());
        target.ifPresent(host -> host.portal().close());
    }
}
