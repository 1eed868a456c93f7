package dev.berth.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Contexts bought for a measurement, on plans made for it; all are deleted at the end. */
final class Guests implements AutoCloseable {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Duration GONE_LIMIT = Duration.ofMinutes(2);

    private final Instance instance;
    private final Shop shop;
    private final Sql sql;
    private final NodeSocket node;
    private final String image;
    private final List<String> ordered = new ArrayList<>();

    Guests(Instance instance, String image) throws IOException {
        this.instance = instance;
        this.image = image;
        this.shop = new Shop(instance);
        this.sql = new Sql(instance.settings);
        this.node = new NodeSocket(instance.settings);
    }

    /**
     * What a plan of a measurement gives.
     *
     * @param idleShare empty for the usual one
     */
    record Plan(
            long baselineMilli,
            long ceilingMilli,
            long bankMillis,
            long memoryMebibytes,
            long processes,
            long diskMebibytes,
            Optional<Long> idleShare) {
        static Plan cpu(long baselineMilli, long ceilingMilli, long bankMillis) {
            return new Plan(baselineMilli, ceilingMilli, bankMillis, 256, 256, 1024, Optional.empty());
        }

        /** So small that a hundred fit beside each other. */
        static Plan small() {
            return new Plan(10, 1_000, 60_000, 128, 128, 256, Optional.empty());
        }

        /** So small that a thousand fit into 24 GiB. */
        static Plan tiny() {
            return new Plan(1, 1_000, 60_000, 24, 64, 16, Optional.empty());
        }

        Plan sharing(long idleShare) {
            return new Plan(
                    baselineMilli,
                    ceilingMilli,
                    bankMillis,
                    memoryMebibytes,
                    processes,
                    diskMebibytes,
                    Optional.of(idleShare));
        }
    }

    /** One context of this measurement. */
    final class Guest {
        final String name;
        final String id;
        final String address;

        Guest(String name, String id, String address) {
            this.name = name;
            this.id = id;
            this.address = address;
        }

        String shell(long timeoutSeconds, String script) throws IOException {
            return node.exec(id, timeoutSeconds, "sh", "-c", script);
        }

        /** Starts something that goes on by itself. */
        void background(String script) throws IOException {
            shell(20, "setsid sh -c '%s' >/dev/null 2>&1 </dev/null &".formatted(script));
        }

        /** CPU time of its outer cgroup: the kernel's own count, not berthd's. */
        long cpuMicros() {
            String group = instance.settings.cgroupRoot() + "/" + id;
            try {
                Path v1 = CGROUPS.resolve("cpuacct").resolve(group).resolve("cpuacct.usage");
                if (Files.exists(v1)) {
                    return Long.parseLong(Files.readString(v1).strip()) / 1_000;
                }
                return Files.readAllLines(CGROUPS.resolve(group).resolve("cpu.stat")).stream()
                        .filter(line -> line.startsWith("usage_usec "))
                        .mapToLong(line -> Long.parseLong(line.substring("usage_usec ".length())))
                        .findFirst()
                        .orElseThrow();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        long tokens() throws IOException {
            return Json.text(node.show(id).get("sample"), "cpuTokens")
                    .map(Long::parseLong)
                    .orElse(Long.MAX_VALUE);
        }

        Path rootfs() {
            return instance.settings.node().resolve("run").resolve(id).resolve("rootfs");
        }
    }

    /** Orders contexts at once and waits until all run. */
    List<Guest> start(List<Plan> plans) throws Exception {
        List<Future<Guest>> started = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Plan plan : plans) {
                String slug = make(plan);
                started.add(threads.submit(() -> one(slug)));
            }
        } finally {
            retire();
        }
        List<Guest> all = new ArrayList<>();
        for (Future<Guest> guest : started) {
            all.add(guest.get());
        }
        return all;
    }

    /**
     * @param guests those that run
     * @param millis from each order to its running
     * @param faults why others do not, each reason once
     */
    record Started(List<Guest> guests, List<Long> millis, Set<String> faults) {}

    /** Orders so many of a kind at once; those that fail are missing in the answer. */
    Started tryStart(int count, Plan plan) throws Exception {
        String slug = make(plan);
        List<Future<Long>> started = new ArrayList<>();
        List<Guest> running = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                started.add(threads.submit(() -> {
                    long startNanos = System.nanoTime();
                    running.add(one(slug));
                    return Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
                }));
            }
        } finally {
            retire();
        }
        List<Long> millis = new ArrayList<>();
        Set<String> faults = new TreeSet<>();
        for (Future<Long> one : started) {
            if (one.state() == Future.State.SUCCESS) {
                millis.add(one.resultNow());
            } else {
                faults.add(String.valueOf(one.exceptionNow().getMessage()));
            }
        }
        return new Started(List.copyOf(running), millis, faults);
    }

    private Guest one(String slug) throws IOException {
        String name = "g-" + UUID.randomUUID().toString().substring(0, 8);
        Shop.Placed placed = shop.order(slug, image, name, UUID.randomUUID().toString());
        // before anything can go wrong: what was ordered is deleted in the end
        synchronized (ordered) {
            ordered.add(placed.vpsId());
        }
        String state = shop.await(placed.operationId());
        Guest guest =
                new Guest(name, placed.vpsId(), shop.address(placed.vpsId()).orElse(""));
        if (!state.equals("SUCCEEDED")) {
            throw new Failure(Failure.START, "an order ended as " + state);
        }
        return guest;
    }

    /** Plans have no page of their own yet; a plan that nobody finds for sale for longer than an order takes is no offer. */
    private String make(Plan plan) throws IOException {
        String id = UUID.randomUUID().toString();
        String slug = "bench-" + id.substring(0, 13);
        sql.update(
                "INSERT INTO plan (id, slug, name, summary, position, listed) VALUES ('%s', '%s', 'Bench', 'Bench', 99, 1)"
                        .formatted(id, slug));
        sql.update(String.format(
                Locale.ROOT,
                "INSERT INTO plan_version (id, plan_id, version, valid_from, currency, cpu_baseline_milli,"
                        + " cpu_ceiling_milli, cpu_bank_millis, memory_bytes, processes, disk_bytes, cpu_idle_share)"
                        + " SELECT '%s', '%s', 1, UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE, MIN(currency), %d, %d, %d, %d,"
                        + " %d, %d, %s FROM plan_version",
                UUID.randomUUID(),
                id,
                plan.baselineMilli(),
                plan.ceilingMilli(),
                plan.bankMillis(),
                plan.memoryMebibytes() << 20,
                plan.processes(),
                plan.diskMebibytes() << 20,
                plan.idleShare().map(Object::toString).orElse("NULL")));
        return slug;
    }

    private void retire() throws IOException {
        sql.update("UPDATE plan SET listed = 0 WHERE slug LIKE 'bench-%'");
    }

    /** Deletes all there are and waits for it: what comes next needs their reservations. */
    void clear() throws IOException {
        List<String> operations = new ArrayList<>();
        synchronized (ordered) {
            for (String id : ordered) {
                operations.add(shop.act(id, "delete", UUID.randomUUID().toString()));
            }
            ordered.clear();
        }
        long end = System.nanoTime() + GONE_LIMIT.toNanos();
        for (String operation : operations) {
            if (System.nanoTime() < end) {
                shop.await(operation);
            }
        }
    }

    @Override
    public void close() throws IOException {
        clear();
    }

    /** A busy loop for so many seconds; several are pinned to a CPU each, a single one runs where there is room. */
    static String loops(int cpus, long seconds) {
        if (cpus == 1) {
            return "timeout %d sh -c \"while :; do :; done\"".formatted(seconds);
        }
        StringBuilder script = new StringBuilder();
        for (int cpu = 0; cpu < cpus; cpu++) {
            script.append("timeout %d taskset -c %d sh -c \"while :; do :; done\" & ".formatted(seconds, cpu));
        }
        return script.append("wait").toString();
    }
}
