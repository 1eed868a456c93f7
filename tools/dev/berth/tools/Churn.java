package dev.berth.tools;

import java.io.IOException;
import java.util.Random;

/** A customer who cannot decide: orders, uses, stops, starts, restarts and deletes one VPS after the other. */
final class Churn implements Runnable {
    private static final int PAUSE_MILLIS = 1_200;
    private static final int HASTY_ONE_IN = 5;

    private final Shop shop;
    private final Buyer buyer;
    private final Random random;
    private final String name;
    private volatile boolean finishing;
    private volatile boolean ended;
    private volatile String fault = "";
    private int ordered;

    Churn(Shop shop, Buyer buyer, Random random, String name) {
        this.shop = shop;
        this.buyer = buyer;
        this.random = random;
        this.name = name;
    }

    @Override
    public void run() {
        try {
            while (!finishing) {
                life();
            }
        } catch (IOException | RuntimeException e) {
            fault = "%s, %s: %s".formatted(name, buyer, e);
        } finally {
            ended = true;
        }
    }

    private void life() throws IOException {
        ordered++;
        Shop.Placed placed = buyer.order(random.nextBoolean() ? "dinghy" : "stopwatch", name + "-" + ordered);
        if (random.nextInt(HASTY_ONE_IN) == 0) {
            // a change of mind while it is being made
            Waits.pause(random.nextInt(PAUSE_MILLIS));
            buyer.succeed(buyer.act(placed.vpsId(), "delete"));
            return;
        }
        buyer.succeed(placed.operationId());
        for (int i = random.nextInt(3); i > 0 && !finishing; i--) {
            Traffic.send(buyer.again(() -> shop.address(placed.vpsId())));
            Waits.pause(random.nextInt(PAUSE_MILLIS));
            change(buyer, random, placed.vpsId());
        }
        Waits.pause(random.nextInt(PAUSE_MILLIS));
        buyer.succeed(buyer.act(placed.vpsId(), "delete"));
    }

    /** One change that leaves a running VPS running. */
    static void change(Buyer buyer, Random random, String vpsId) throws IOException {
        if (random.nextBoolean()) {
            buyer.succeed(buyer.act(vpsId, "restart"));
            return;
        }
        String stop = buyer.act(vpsId, "stop");
        if (random.nextInt(HASTY_ONE_IN) == 0) {
            // started again before it has stopped: the newer wish overtakes
            buyer.succeed(buyer.act(vpsId, "start"));
            buyer.end(stop);
            return;
        }
        buyer.succeed(stop);
        buyer.succeed(buyer.act(vpsId, "start"));
    }

    /** Deletes what it has and stops. */
    void finish() {
        finishing = true;
    }

    /** Whether it stopped, for good or ill: nothing more will come of it. */
    boolean ended() {
        return ended;
    }

    /** Why it stopped or what it still does; empty when it stopped with nothing left. */
    String fault() {
        return ended ? fault : name + " still does: " + buyer;
    }
}
