package dev.berth.dunning;

import dev.berth.platform.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Looks at every case whose time has come. Each look is a transaction of its own that holds the case's row, so that replicas share the work and what is
 * wrong with one account stops only its own case. Nothing hangs on an event: whatever was missed is seen at the next look.
 */
@ApplicationScoped
public class DunningRun {
    private static final Logger LOG = Logger.getLogger(DunningRun.class);
    private static final int MAX_OPENED = 1_000;
    private static final int MAX_LOOKS = 5_000;
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final CaseStore cases;
    private final Policies policies;
    private final Overdue overdue;
    private final Look look;
    private final Gate gate;
    private final Effects effects;
    private final DunningSettings settings;
    private final Transactions transactions;
    private final InstantSource clock;

    DunningRun(
            CaseStore cases,
            Policies policies,
            Overdue overdue,
            Look look,
            Gate gate,
            Effects effects,
            DunningSettings settings,
            Transactions transactions,
            InstantSource clock) {
        this.cases = cases;
        this.policies = policies;
        this.overdue = overdue;
        this.look = look;
        this.gate = gate;
        this.effects = effects;
        this.settings = settings;
        this.transactions = transactions;
        this.clock = clock;
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "${berth.dunning.run-every}",
            identity = "dunning-run",
            concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        run();
    }

    /** Does what is to be done now. */
    public void run() {
        overdue.withoutCase(clock.instant(), MAX_OPENED).forEach(this::open);
        List<UUID> looked = new ArrayList<>();
        for (int i = 0; i < MAX_LOOKS; i++) {
            Optional<UUID> one = next();
            if (one.isEmpty()) {
                break;
            }
            looked.add(one.get());
        }
        gate.decide();
        looked.forEach(this::carryOut);
    }

    private void open(UUID account) {
        try {
            transactions.run(() -> overdue.of(account, clock.instant()).stream()
                    .findFirst()
                    .ifPresent(oldest -> cases.open(account, policies.current(oldest.seller()))));
        } catch (RuntimeException e) {
            LOG.errorf(e, "no case can be opened for account %s", account);
        }
    }

    /** The case that was looked at, also when that failed. */
    private Optional<UUID> next() {
        AtomicReference<Optional<UUID>> held = new AtomicReference<>(Optional.empty());
        try {
            return transactions.run(() -> {
                held.set(cases.lockDue());
                held.get().map(cases::byId).ifPresent(this::look);
                return held.get();
            });
        } catch (RuntimeException e) {
            UUID id = held.get().orElseThrow(() -> e);
            LOG.errorf(e, "case %s cannot be looked at", id);
            failed(id, "The look failed (%s).".formatted(e.getClass().getSimpleName()));
            return Optional.of(id);
        }
    }

    private void look(DunningCase one) {
        cases.lookAgain(one.id(), clock.instant().plus(settings.lookEvery()), Optional.empty());
        if (one.open()) {
            look.at(one);
        }
    }

    private void failed(UUID id, String failure) {
        transactions.run(() -> {
            long attempts = cases.attempts(id);
            Duration wait = settings.lookEvery().multipliedBy(1L << Math.min(attempts, 10));
            Duration bounded = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
            cases.lookAgain(id, clock.instant().plus(bounded), Optional.of(failure));
        });
    }

    private void carryOut(UUID id) {
        try {
            Optional<String> rest = effects.carryOut(id);
            rest.ifPresent(text -> transactions.run(
                    () -> cases.lookAgain(id, clock.instant().plus(settings.lookEvery()), Optional.of(text))));
        } catch (RuntimeException e) {
            LOG.errorf(e, "case %s cannot be carried out", id);
            failed(
                    id,
                    "It could not be carried out (%s).".formatted(e.getClass().getSimpleName()));
        }
    }
}
