package dev.berth.node.kernel;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.ContextSpec.Limits;
import dev.berth.contract.NetworkSpec;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExecResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A host of the tests' own on the real kernel: its own cgroups, table, store and ids, named after this process, and its image
 * unpacked once. Each test class has contexts of its own on it. What an earlier process left behind because it was killed is
 * cleaned up first.
 */
final class KernelFixture implements AutoCloseable {
    static final String PREFIX = "berth-it-";
    private static final Path PLACE = Path.of("target/kernel-it").toAbsolutePath();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Far above what a daemon on this machine gives out. */
    private static final long FIRST_RANGE = 50_000;

    private final HostConfig config;
    private final LinuxHost host;
    private final String digest;
    private final int number = NUMBER.incrementAndGet();
    private int contexts;

    private KernelFixture(HostConfig config, LinuxHost host, String digest) {
        this.config = config;
        this.host = host;
        this.digest = digest;
    }

    static KernelFixture open() throws IOException {
        Shared shared = Shared.HOST.get();
        return new KernelFixture(shared.config, shared.host, shared.digest);
    }

    /** Made for the first class that asks, taken down when this process ends. */
    private record Shared(HostConfig config, LinuxHost host, String digest) {
        private static final Lazy HOST = new Lazy();

        private static Shared make() throws IOException {
            removeLeftovers();
            HostConfig config =
                    KernelFixture.config(PREFIX + ProcessHandle.current().pid() + "-1");
            LinuxHost host = new LinuxHost(config);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> clean(config, host)));
            host.prepare();
            String digest = KernelFixture.digest(image());
            host.ensureImage(digest, image());
            return new Shared(config, host, digest);
        }
    }

    private static final class Lazy {
        private Optional<Shared> made = Optional.empty();

        synchronized Shared get() throws IOException {
            if (made.isEmpty()) {
                made = Optional.of(Shared.make());
            }
            return made.orElseThrow();
        }
    }

    static Path image() {
        String image = System.getProperty("berth.test.image");
        if (image == null) {
            throw new IllegalStateException(
                    "kernel tests want -Dberth.test.image=<archive of a Debian root file system>");
        }
        return Path.of(image);
    }

    private static HostConfig config(String name) {
        return new HostConfig(PLACE.resolve(name), name, name, 4L << 30, List.of("192.0.2.53"));
    }

    LinuxHost host() {
        return host;
    }

    /** A second daemon on the same host, as after a crash: it knows nothing but what it finds. */
    LinuxHost restartedHost() {
        return new LinuxHost(config);
    }

    HostConfig config() {
        return config;
    }

    ContextLayout layout(Limits limits) {
        contexts++;
        String id = "0193ffff-0000-7000-8000-%06x%06x"
                .formatted(ProcessHandle.current().pid(), number * 256 + contexts);
        List<String> addresses = List.of(address(contexts), "fd77:7::%x:%x".formatted(number, contexts));
        ContextSpec spec = Specs.spec(id, "it-" + contexts, digest, addresses, limits);
        return new ContextLayout(spec, (FIRST_RANGE + number * 64L + contexts) * ContextLayout.ID_RANGE);
    }

    private String address(int context) {
        return "10.213.%d.%d".formatted(number, context);
    }

    /** The same context with other addresses or another name. */
    static ContextLayout changed(ContextLayout layout, String hostname, List<String> addresses) {
        ContextSpec old = layout.spec();
        ContextSpec spec = Specs.spec(old.contextId(), hostname, old.imageDigest(), addresses, old.limits());
        return new ContextLayout(spec, layout.baseId());
    }

    /** The same context with another network. */
    static ContextLayout networked(ContextLayout layout, NetworkSpec network) {
        return new ContextLayout(layout.spec().withNetwork(network), layout.baseId());
    }

    ContextLayout started(Limits limits) {
        ContextLayout layout = layout(limits);
        List<Runnable> steps = steps(host, layout);
        steps.forEach(Runnable::run);
        return layout;
    }

    /** What makes a context, in order. */
    static List<Runnable> steps(LinuxHost host, ContextLayout layout) {
        return List.of(
                () -> host.ensureStorage(layout),
                () -> host.ensureMounted(layout),
                () -> host.ensureFiles(layout),
                () -> host.ensureCgroup(layout),
                () -> host.ensureNetwork(layout),
                () -> host.ensureStarted(layout));
    }

    static void remove(LinuxHost host, String contextId) {
        host.ensureStopped(contextId, Duration.ZERO);
        host.ensureUnmounted(contextId);
        host.ensureNoNetwork(contextId);
        host.ensureNoCgroup(contextId);
        host.ensureNoStorage(contextId);
    }

    ExecResult run(ContextLayout layout, String... command) throws IOException {
        return host.exec(layout.contextId(), List.of(command), Duration.ofMinutes(4), 1 << 20);
    }

    ExecResult shell(ContextLayout layout, String script) throws IOException {
        return run(layout, "sh", "-c", script);
    }

    /** The first line an SSH server says, or empty while none listens. */
    static Optional<String> sshBanner(String address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, 22), 1000);
            socket.setSoTimeout(2000);
            InputStream in = socket.getInputStream();
            byte[] bytes = in.readNBytes("SSH-2.0-".length());
            return Optional.of(new String(bytes, StandardCharsets.US_ASCII));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Everything on this host that carries the context's name, empty when nothing is left. */
    List<String> traces(ContextLayout layout) throws IOException {
        String id = layout.contextId();
        String groups = new Programs().check(Programs.Command.of("find", "/sys/fs/cgroup", "-type", "d", "-name", id));
        String rules = new Programs().check(Programs.Command.of("nft", "list", "table", "inet", config.nftTable()));
        List<String> nft = rules.lines()
                .filter(line -> line.contains(Names.veth(id)) || line.contains(id.replace("-", "")))
                .toList();
        List<String> mounts =
                Mounts.text().lines().filter(line -> line.contains(id)).toList();
        List<String> links = Directories.names(Path.of("/sys/class/net")).stream()
                .filter(Names.veth(id)::equals)
                .toList();
        List<String> files = List.of(
                        config.context(id),
                        config.rescue(id),
                        config.run(id),
                        Router.linkFile(config.run(), Names.veth(id)))
                .stream()
                .filter(Files::exists)
                .map(Path::toString)
                .toList();
        return Stream.of(groups.lines().toList(), nft, mounts, links, files)
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public void close() {
        removeContexts(host);
    }

    private static void clean(HostConfig config, LinuxHost host) {
        removeContexts(host);
        host.release();
        Directories.remove(config.dataDir());
    }

    private static void removeContexts(LinuxHost host) {
        for (ContextFacts facts : host.inventory()) {
            remove(host, facts.contextId());
        }
    }

    private static void removeLeftovers() {
        for (String name : Directories.names(PLACE)) {
            long pid = Long.parseLong(name.substring(PREFIX.length(), name.lastIndexOf('-')));
            if (ProcessHandle.of(pid).isEmpty()) {
                clean(config(name), new LinuxHost(config(name)));
            }
        }
    }

    static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                sha256.update(buffer, 0, got);
            }
            return "sha256:" + HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Set<String> knownContexts() {
        return host.inventory().stream().map(ContextFacts::contextId).collect(Collectors.toUnmodifiableSet());
    }
}
