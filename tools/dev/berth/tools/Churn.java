package dev.berth.tools;

import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** A customer who cannot decide: orders, stops, starts and deletes one VPS after the other, and tries again when nobody answers. */
final class Churn implements Runnable {
    private static final int ATTEMPTS = 600;
    private static final int PAUSE_MILLIS = 1_500;
    private static final long RETRY_MILLIS = 200;
    private static final int SERVER_ERROR = 500;

    private final Shop shop;
    private final Random random;
    private final String name;
    private final AtomicBoolean over;
    private volatile boolean finishing;
    private volatile boolean done;
    private volatile boolean ended;
    private volatile String doing = "";
    private volatile long ordered;

    Churn(Shop shop, Random random, String name, AtomicBoolean over) {
        this.shop = shop;
        this.random = random;
        this.name = name;
        this.over = over;
    }

    @FunctionalInterface
    private interface Request<T> {
        T send() throws IOException;
    }

    @Override
    public void run() {
        try {
            while (!finishing) {
                life();
            }
            done = true;
        } catch (IOException | RuntimeException e) {
            doing = doing + " failed: " + e.getMessage();
        } finally {
            ended = true;
        }
    }

    private void life() throws IOException {
        ordered++;
        String key = UUID.randomUUID().toString();
        doing = "ordering";
        Shop.Placed placed = again(() -> shop.order(name + "-" + ordered, key));
        end(placed.operationId());
        for (int i = random.nextInt(3); i > 0 && !finishing; i--) {
            Waits.pause(random.nextInt(PAUSE_MILLIS));
            act(placed.vpsId(), "stop");
            act(placed.vpsId(), "start");
        }
        Waits.pause(random.nextInt(PAUSE_MILLIS));
        act(placed.vpsId(), "delete");
    }

    private void act(String vpsId, String action) throws IOException {
        doing = action + " " + vpsId;
        String key = UUID.randomUUID().toString();
        end(again(() -> shop.act(vpsId, action, key)));
    }

    private void end(String operationId) throws IOException {
        String state = again(() -> shop.await(operationId));
        if (!state.equals("SUCCEEDED")) {
            throw new IOException("operation " + operationId + " ended as " + state);
        }
    }

    /** The same request with the same key, until somebody answers. */
    private <T> T again(Request<T> request) throws IOException {
        for (int i = 0; i < ATTEMPTS && !over.get(); i++) {
            try {
                return request.send();
            } catch (PortalApi.ApiException e) {
                if (e.status() < SERVER_ERROR && e.status() != 429) {
                    throw e;
                }
            } catch (IOException e) {
                // the portal is down: that is the point
            }
            Waits.pause(RETRY_MILLIS);
        }
        throw new IOException("nobody answered");
    }

    /** Deletes what it has and stops. */
    void finish() {
        finishing = true;
    }

    /** Whether it stopped with nothing left. */
    boolean done() {
        return done;
    }

    /** Whether it stopped, for good or ill: nothing more will come of it. */
    boolean ended() {
        return ended;
    }

    long ordered() {
        return ordered;
    }

    @Override
    public String toString() {
        return Map.of(name, doing).toString();
    }
}
