package dev.berth.cpu;

import dev.berth.cpu.SurplusCapStore.Basis;
import dev.berth.cpu.SurplusCapStore.Cap;
import dev.berth.invoice.SurplusRoom;
import dev.berth.invoice.SurplusRoom.Room;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.SurplusLimit;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Keeps what nodes are told in step with caps, prices and billing periods: surplus measured before the period, and as much more as the cap is. Any
 * replica may do it at any time: under the node's lock it is computed from what is stored, and the same again changes nothing.
 */
@ApplicationScoped
public class SurplusLimits {
    private static final Logger LOG = Logger.getLogger(SurplusLimits.class);
    private static final int AT_ONCE = 500;
    private static final int MOST_ROUNDS = 1_000;

    private final SurplusCapStore caps;
    private final SurplusRoom rooms;
    private final SurplusLimit limit;
    private final Transactions transactions;

    SurplusLimits(SurplusCapStore caps, SurplusRoom rooms, SurplusLimit limit, Transactions transactions) {
        this.caps = caps;
        this.rooms = rooms;
        this.limit = limit;
        this.transactions = transactions;
    }

    @RunOnVirtualThread
    @Scheduled(every = "60s", identity = "cpu-surplus-limits", concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        run();
    }

    /** All whose limit is another one by now. One that cannot be changed stops no other: the next run tries it again. */
    public void run() {
        UUID last = new UUID(0, 0);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            List<UUID> due = caps.due(last, AT_ONCE);
            due.forEach(this::attempt);
            if (due.size() < AT_ONCE) {
                return;
            }
            last = due.getLast();
        }
    }

    private void attempt(UUID vpsId) {
        try {
            renew(vpsId);
        } catch (Problem problem) {
            LOG.debugf("surplus of %s waits: %s", vpsId, problem.getMessage());
        } catch (DatabaseException | IllegalStateException | ArithmeticException e) {
            LOG.errorf(e, "surplus of %s cannot be computed", vpsId);
        }
    }

    /**
     * Computes a limit anew and tells it.
     *
     * @throws Problem 409 while the VPS is moving, or on a node that is lost
     */
    public void renew(UUID vpsId) {
        transactions.run(() -> {
            limit.locked(vpsId);
            Optional<Basis> basis = basis(vpsId);
            if (!basis.equals(caps.lastTold(vpsId))) {
                caps.told(vpsId, basis);
            }
            limit.set(vpsId, basis.map(Basis::limitMicros).orElse(0L));
        });
    }

    private Optional<Basis> basis(UUID vpsId) {
        Optional<Cap> cap = caps.of(vpsId);
        Optional<Room> room = cap.flatMap(_ -> rooms.of(vpsId));
        return room.map(r -> new Basis(
                cap.orElseThrow().id(),
                r.subscription().value(),
                r.period().to(),
                r.drawnMicros(),
                r.granted(cap.orElseThrow().monthly()),
                r.settled()));
    }
}
