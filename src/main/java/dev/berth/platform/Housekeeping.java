package dev.berth.platform;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** What the platform forgets after its time. */
@ApplicationScoped
class Housekeeping {
    private static final Logger LOG = Logger.getLogger(Housekeeping.class);
    private final Idempotency idempotency;

    Housekeeping(Idempotency idempotency) {
        this.idempotency = idempotency;
    }

    @RunOnVirtualThread
    @Scheduled(every = "1h", delayed = "5m", identity = "idempotency-keys")
    void forget() {
        int forgotten = idempotency.forgetOld();
        LOG.debugf("forgot %d idempotency keys", forgotten);
    }
}
