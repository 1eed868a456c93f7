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

/** {@code berth bench provision}: from an order to a running context, beside others that start the same image. */
final class BenchProvision {
    private static final int CONTEXTS = 20;
    private static final int CROWD = 100;

    /** It takes seconds where the rest takes a fraction of one. */
    private static final int LXD_EVERY = 4;

    private static final int CONNECT_MILLIS = 50;
    private static final int BANNER_MILLIS = 500;
    private static final String BANNER = "SSH-";
    private static final long RETRY_MILLIS = 5;
    private static final Duration SSH_LIMIT = Duration.ofSeconds(60);
    private static final int SSH_PORT = 22;

    private final Instance instance;
    private final PrintStream out;

    BenchProvision(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
    }

    Map<String, Object> run() throws Exception {
        Shop shop = new Shop(instance);
        List<Long> running = new ArrayList<>();
        List<Long> ssh = new ArrayList<>();
        List<Long> raw = new ArrayList<>();
        List<Long> lxd = new ArrayList<>();
        try (RawContext rawContext = new RawContext(instance.settings);
                Lxd beside = new Lxd(instance.settings)) {
            // the first context brings the image to the node, which is not what is measured
            List<Long> first = new ArrayList<>();
            one(shop, "bench-warm", first, new ArrayList<>());
            out.printf(Locale.ROOT, "first order of this bench: running after %d ms%n", first.getFirst());
            boolean compared = beside.start(image());
            if (!compared) {
                out.println("no comparison: " + beside.missing());
            }
            for (int i = 1; i <= CONTEXTS; i++) {
                one(shop, "bench-" + i, running, ssh);
                raw.add(rawContext.startMillis());
                if (compared && i % LXD_EVERY == 0) {
                    lxd.add(beside.launchMillis("bench-" + i));
                    beside.delete("bench-" + i);
                }
                show(i, running.getLast(), ssh.getLast(), raw.getLast(), lxd);
            }
        }
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("order_to_running_ms_p50", Bench.percentile(running, 50));
        metrics.put("order_to_running_ms_p95", Bench.percentile(running, 95));
        metrics.put("order_to_ssh_ms_p50", Bench.percentile(ssh, 50));
        metrics.put("order_to_ssh_ms_p95", Bench.percentile(ssh, 95));
        metrics.put("lxc_start_ms_p50", Bench.percentile(raw, 50));
        if (!lxd.isEmpty()) {
            long launch = Bench.percentile(lxd, 50);
            metrics.put("lxd_launch_ms_p50", launch);
            metrics.put("speedup_vs_lxd", BenchCpu.rounded((double) launch / Bench.percentile(running, 50)));
        }
        atOnce(metrics);
        return metrics;
    }

    private void show(int i, long running, long ssh, long raw, List<Long> lxd) {
        out.printf(
                Locale.ROOT,
                "%2d/%d  running %4d ms  ssh %5d ms  lxc-start %4d ms%s%n",
                i,
                CONTEXTS,
                running,
                ssh,
                raw,
                i % LXD_EVERY == 0 && !lxd.isEmpty() ? "  lxc launch %5d ms".formatted(lxd.getLast()) : "");
    }

    /** A hundred orders in the same moment. */
    private void atOnce(Map<String, Object> metrics) throws Exception {
        try (Guests guests = new Guests(instance, Images.DEBIAN_12)) {
            long startNanos = System.nanoTime();
            Guests.Started started = guests.tryStart(CROWD, Guests.Plan.small());
            started.faults().forEach(fault -> out.println("not started: " + fault));
            long millis = sinceMillis(startNanos);
            metrics.put("at_once", CROWD);
            metrics.put("at_once_failures", CROWD - started.guests().size());
            metrics.put("at_once_all_running_ms", millis);
            metrics.put("at_once_running_ms_p50", Bench.percentile(started.millis(), 50));
            metrics.put("at_once_running_ms_p95", Bench.percentile(started.millis(), 95));
            out.printf(
                    "%d at once: all done after %d ms, %d failed%n",
                    CROWD, millis, CROWD - started.guests().size());
        }
    }

    private Path image() {
        return instance.images.ensure(Images.DEBIAN_12).archive();
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
    static boolean routed(String address) {
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
}
