package dev.berth.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** {@code berth bench provision}. */
final class Bench {
    private static final int CONTEXTS = 20;
    private static final int CONNECT_MILLIS = 50;
    private static final int BANNER_MILLIS = 500;
    private static final String BANNER = "SSH-";
    private static final long RETRY_MILLIS = 5;
    private static final Duration SSH_LIMIT = Duration.ofSeconds(60);
    private static final int SSH_PORT = 22;

    private final Instance instance;
    private final PrintStream out;

    Bench(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
    }

    int run(List<String> arguments) throws Exception {
        if (!arguments.equals(List.of("provision"))) {
            throw new Failure(Failure.USAGE, "usage: ./berth bench provision");
        }
        if (!instance.portal.ready() || instance.simulated().orElse(true)) {
            throw new Failure(Failure.NOT_RUNNING, "this measures real contexts: `./berth up` first");
        }
        provision();
        return 0;
    }

    private void provision() throws Exception {
        Shop shop = new Shop(instance);
        List<Long> running = new ArrayList<>();
        List<Long> ssh = new ArrayList<>();
        List<Long> raw = new ArrayList<>();
        try (RawContext rawContext = new RawContext(instance.settings)) {
            // the first context brings the image to the node, which is not what is measured
            one(shop, "bench-warm", new ArrayList<>(), new ArrayList<>());
            for (int i = 1; i <= CONTEXTS; i++) {
                one(shop, "bench-" + i, running, ssh);
                raw.add(rawContext.startMillis());
                out.printf(
                        Locale.ROOT,
                        "%2d/%d  running %4d ms  ssh %5d ms  lxc-start %4d ms%n",
                        i,
                        CONTEXTS,
                        running.getLast(),
                        ssh.getLast(),
                        raw.getLast());
            }
        }
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("order_to_running_ms_p50", percentile(running, 50));
        metrics.put("order_to_running_ms_p95", percentile(running, 95));
        metrics.put("order_to_ssh_ms_p50", percentile(ssh, 50));
        metrics.put("order_to_ssh_ms_p95", percentile(ssh, 95));
        metrics.put("lxc_start_ms_p50", percentile(raw, 50));
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("bench", "provision");
        line.put("metrics", metrics);
        line.put("host", host());
        out.println(Json.write(line));
    }

    private static void one(Shop shop, String hostname, List<Long> running, List<Long> ssh) throws IOException {
        long startNanos = System.nanoTime();
        Shop.Placed placed = shop.order(hostname, UUID.randomUUID().toString());
        CompletableFuture<Long> banner = CompletableFuture.supplyAsync(() -> {
            try {
                return banner(shop.address(placed.vpsId()).orElseThrow(), startNanos);
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
        String state = shop.await(placed.operationId());
        if (!state.equals("SUCCEEDED")) {
            throw new Failure(Failure.START, "the order of " + hostname + " ended as " + state);
        }
        running.add(sinceMillis(startNanos));
        ssh.add(banner.join());
        shop.await(shop.act(placed.vpsId(), "delete", UUID.randomUUID().toString()));
    }

    /** Milliseconds until something at the address introduces itself as an SSH server. */
    private static long banner(String address, long startNanos) {
        return Waits.poll(
                        SSH_LIMIT,
                        () -> introducesItself(address) ? Optional.of(sinceMillis(startNanos)) : Optional.empty(),
                        RETRY_MILLIS)
                .orElseThrow(() -> new Failure(Failure.START, "no SSH banner from " + address));
    }

    private static boolean introducesItself(String address) {
        // before the host has its route, somebody else on the way out may answer for any address
        if (!routed(address)) {
            return false;
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, SSH_PORT), CONNECT_MILLIS);
            socket.setSoTimeout(BANNER_MILLIS);
            byte[] head = socket.getInputStream().readNBytes(BANNER.length());
            return new String(head, StandardCharsets.US_ASCII).equals(BANNER);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the kernel's table has a host route to an IPv4 address; /proc/net/route writes it in the machine's order. */
    private static boolean routed(String address) {
        String[] parts = address.split("\\.");
        StringBuilder hex = new StringBuilder("\t");
        for (int i = parts.length - 1; i >= 0; i--) {
            hex.append("%02X".formatted(Integer.parseInt(parts[i])));
        }
        try {
            return Files.readString(Path.of("/proc/net/route")).contains(hex.append('\t'));
        } catch (IOException e) {
            return true;
        }
    }

    private static long sinceMillis(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
    }

    /** Nearest rank. */
    static long percentile(List<Long> values, int percent) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
    }

    private static Map<String, Object> host() throws IOException {
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("cpus", Runtime.getRuntime().availableProcessors());
        host.put("cpu", proc("/proc/cpuinfo", "model name"));
        host.put("memory", proc("/proc/meminfo", "MemTotal"));
        host.put("kernel", System.getProperty("os.version"));
        host.put("jdk", Runtime.version().toString());
        return host;
    }

    private static String proc(String file, String key) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
