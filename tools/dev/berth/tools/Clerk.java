package dev.berth.tools;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Staff who give credit and take invoices back in part, and ask again with the same key until they are answered. */
final class Clerk implements Runnable {
    private static final int ATTEMPTS = 600;
    private static final int RETRY_MILLIS = 150;
    private static final int PAUSE_MILLIS = 250;
    private static final int SERVER_ERROR = 500;

    private final PortalApi api;
    private final Sql sql;
    private final Random random;
    private final AtomicBoolean enough = new AtomicBoolean();
    /** By key: what the portal said that it made. */
    final Map<String, String> grants = new ConcurrentHashMap<>();

    final Map<String, String> notes = new ConcurrentHashMap<>();
    final Map<String, String> contradictions = new ConcurrentHashMap<>();
    private volatile int refused;
    private volatile boolean ended;
    private volatile String fault = "";

    Clerk(PortalApi api, Sql sql, Random random) {
        this.api = api;
        this.sql = sql;
        this.random = random;
    }

    void finish() {
        enough.set(true);
    }

    boolean ended() {
        return ended;
    }

    String fault() {
        return fault;
    }

    /** Credit notes that the portal had reasons not to issue. */
    int refused() {
        return refused;
    }

    @Override
    public void run() {
        try {
            while (!enough.get()) {
                if (random.nextInt(3) > 0) {
                    grant();
                } else {
                    takeBack();
                }
                Waits.pause(random.nextInt(PAUSE_MILLIS));
            }
        } catch (IOException | RuntimeException e) {
            fault = e.toString();
        } finally {
            ended = true;
        }
    }

    private void grant() throws IOException {
        String account = "%08x-00a0-7000-8000-000000000000".formatted(random.nextInt(20));
        String amount = "0.%02d".formatted(1 + random.nextInt(99));
        ask(
                grants,
                "/api/admin/v1/accounts/" + account + "/credit-grants",
                Map.of("amount", amount, "reason", "goodwill"));
    }

    private void takeBack() throws IOException {
        List<List<String>> lines = asked("SELECT i.id, l.n FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id"
                + " WHERE l.amount > 0 AND i.state <> 'VOID' ORDER BY RAND() LIMIT 1");
        if (!lines.isEmpty()) {
            List<String> line = lines.getFirst();
            ask(
                    notes,
                    "/api/admin/v1/invoices/" + line.getFirst() + "/credit-notes",
                    Map.of(
                            "reason",
                            "was slow",
                            "lines",
                            List.of(Map.of("line", Integer.parseInt(line.getLast()), "amount", "0.01"))));
        }
    }

    private List<List<String>> asked(String query) {
        try {
            return sql.query(query);
        } catch (IOException e) {
            // the database is dead just now
            return List.of();
        }
    }

    private void ask(Map<String, String> made, String path, Map<String, ?> body) throws IOException {
        String key = UUID.randomUUID().toString();
        int times = random.nextInt(3) == 0 ? 2 : 1;
        for (int i = 0; i < times; i++) {
            if (!again(made, key, path, body)) {
                refused++;
                return;
            }
        }
    }

    /** @return whether it was done; false where the portal has a reason not to */
    private boolean again(Map<String, String> made, String key, String path, Map<String, ?> body) throws IOException {
        String last = "";
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                String id = Json.text(api.post(path, body, key), "id").orElseThrow();
                String before = made.putIfAbsent(key, id);
                if (before != null && !before.equals(id)) {
                    contradictions.put(key, before + " then " + id);
                }
                return true;
            } catch (PortalApi.ApiException e) {
                boolean busy = e.getMessage().contains("idempotency-key-busy");
                if (!busy && (e.status() == 409 || e.status() == 422)) {
                    return false;
                }
                if (!busy && e.status() < SERVER_ERROR && e.status() != 429) {
                    throw e;
                }
                last = e.getMessage();
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
            Waits.pause(RETRY_MILLIS);
        }
        throw new IOException("nobody answered " + path + ": " + last);
    }
}
