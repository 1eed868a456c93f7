package dev.berth.tools;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** Sends a customer's requests, each with a key of its own, and again with the same key until somebody answers. */
final class Buyer {
    private static final int ATTEMPTS = 900;
    private static final long RETRY_MILLIS = 150;
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;
    private static final Duration OPERATION_LIMIT = Duration.ofMinutes(3);
    private static final String ATTENTION = "NEEDS_ATTENTION";

    private final Shop shop;
    private final Receipts receipts;
    private final Random random;
    private final AtomicBoolean over;
    private volatile String doing = "nothing yet";

    /** @param over when it is set, nobody waits for an answer any more */
    Buyer(Shop shop, Receipts receipts, Random random, AtomicBoolean over) {
        this.shop = shop;
        this.receipts = receipts;
        this.random = random;
        this.over = over;
    }

    @FunctionalInterface
    interface Request<T> {
        T send() throws IOException;
    }

    Shop.Placed order(String plan, String hostname) throws IOException {
        doing = "order " + hostname;
        String key = UUID.randomUUID().toString();
        Request<Shop.Placed> request = () -> {
            Shop.Placed placed = shop.order(plan, Images.DEBIAN_12, hostname, key);
            receipts.keep(receipts.orders, key, placed.vpsId());
            receipts.keep(receipts.operations, key, placed.operationId());
            return placed;
        };
        return maybeRepeated(request);
    }

    /** Begins an action and returns its operation. */
    String act(String vpsId, String action) throws IOException {
        doing = action + " " + vpsId;
        return keyed(receipts.operations, key -> shop.act(vpsId, action, key));
    }

    void grant() throws IOException {
        doing = "grant";
        keyed(receipts.grants, shop::grant);
    }

    @FunctionalInterface
    private interface Keyed {
        String send(String key) throws IOException;
    }

    private String keyed(Map<String, String> kind, Keyed request) throws IOException {
        String key = UUID.randomUUID().toString();
        return maybeRepeated(() -> {
            String made = request.send(key);
            receipts.keep(kind, key, made);
            return made;
        });
    }

    /** As a client does that never saw the answer. */
    private <T> T maybeRepeated(Request<T> request) throws IOException {
        T answer = again(request);
        if (random.nextInt(3) == 0) {
            receipts.repeated.incrementAndGet();
            again(request);
        }
        return answer;
    }

    /** Waits until an operation has ended, and fails unless it ended well. */
    void succeed(String operationId) throws IOException {
        String state = end(operationId);
        if (!state.equals("SUCCEEDED")) {
            throw new IOException("operation %s (%s) ended as %s".formatted(operationId, doing, state));
        }
    }

    /** How an operation ended; one that waits for staff may still end well by itself. */
    String end(String operationId) throws IOException {
        long endNanos = System.nanoTime() + OPERATION_LIMIT.toNanos();
        boolean alarmed = false;
        while (System.nanoTime() < endNanos) {
            Shop.Progress progress = again(() -> shop.progress(operationId));
            if (progress.ended()) {
                receipts.ended(progress.state());
                return progress.state();
            }
            if (progress.state().equals(ATTENTION)) {
                if (!alarmed) {
                    receipts.alarms.add(doing + ": " + progress.failure());
                }
                alarmed = true;
                Waits.pause(RETRY_MILLIS);
            }
        }
        return "UNFINISHED";
    }

    /** The same request until somebody answers; what the portal refuses is not asked again. */
    <T> T again(Request<T> request) throws IOException {
        String last = "";
        for (int i = 0; i < ATTEMPTS && !over.get(); i++) {
            try {
                return request.send();
            } catch (PortalApi.ApiException e) {
                if (e.status() < SERVER_ERROR && e.status() != TOO_MANY) {
                    throw e;
                }
                last = e.getMessage();
            } catch (IOException e) {
                // the portal is down: that is the point
                last = String.valueOf(e.getMessage());
            }
            receipts.unanswered.incrementAndGet();
            Waits.pause(RETRY_MILLIS);
        }
        throw new IOException(doing + ": nobody answered: " + last);
    }

    @Override
    public String toString() {
        return doing;
    }
}
