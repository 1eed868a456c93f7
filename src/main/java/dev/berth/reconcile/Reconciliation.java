package dev.berth.reconcile;

import dev.berth.account.Tenancy;
import dev.berth.platform.Caller;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Looks again and again. Several replicas may look at once: each says what it sees, and what two see is one finding. */
@ApplicationScoped
public class Reconciliation {
    private static final Logger LOG = Logger.getLogger(Reconciliation.class);
    private static final int SHOWN = 3 * 48;

    private final Conserved conserved;
    private final Inventory inventory;
    private final Findings findings;
    private final InstantSource clock;

    Reconciliation(Conserved conserved, Inventory inventory, Findings findings, InstantSource clock) {
        this.conserved = conserved;
        this.inventory = inventory;
        this.findings = findings;
        this.clock = clock;
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "${berth.reconciliation.run-every}",
            identity = "reconciliation",
            concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        Outcome outcome = run();
        if (outcome.seen() > 0) {
            LOG.warnf("reconciliation: %s", outcome);
        }
    }

    /** @param seen what does not fit now, windows of hosts apart */
    public record Outcome(int windows, int seen) {}

    public Outcome run() {
        Instant begun = clock.instant();
        int windows = conserved.run();
        List<Seen> seen = inventory.look();
        seen.forEach(findings::note);
        findings.resolveUnseenSince(begun);
        return new Outcome(windows, seen.size());
    }

    /** Staff: a node's newest comparisons with its host, newest first. */
    public List<Comparison> comparisons(Caller caller, UUID node) {
        Tenancy.requireStaff(caller);
        return conserved.newest(node, SHOWN);
    }
}
