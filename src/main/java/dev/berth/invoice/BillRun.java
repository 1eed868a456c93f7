package dev.berth.invoice;

import dev.berth.invoice.RunLog.Step;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Memo;
import dev.berth.platform.Transactions;
import dev.berth.units.InvoiceId;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Opens periods, closes those that are over, and pays open invoices from credit. Each period is a transaction of its
 * own that holds its row, so that workers and replicas share the work and what is wrong with one account stops only its own bill.
 */
@ApplicationScoped
public class BillRun {
    private static final Logger LOG = Logger.getLogger(BillRun.class);
    private static final int PAGE = 1_000;
    private static final int MAX_PER_RUN = 10_000;
    private static final int MOST_WORKERS = 16;

    private final PeriodStore periods;
    private final InvoicePayer payer;
    private final Gate gate;
    private final Finaliser finaliser;
    private final TariffStore tariffs;
    private final RunLog log;
    private final Transactions transactions;
    private final InstantSource clock;
    private final int workers;

    BillRun(
            PeriodStore periods,
            InvoicePayer payer,
            Gate gate,
            Finaliser finaliser,
            TariffStore tariffs,
            RunLog log,
            Transactions transactions,
            InstantSource clock,
            @ConfigProperty(name = "berth.billing.workers", defaultValue = "4") int workers) {
        if (workers < 1 || workers > MOST_WORKERS) {
            throw new IllegalArgumentException(
                    "berth.billing.workers is %d, must be from 1 to %d".formatted(workers, MOST_WORKERS));
        }
        this.workers = workers;
        this.periods = periods;
        this.payer = payer;
        this.gate = gate;
        this.finaliser = finaliser;
        this.tariffs = tariffs;
        this.log = log;
        this.transactions = transactions;
        this.clock = clock;
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "${berth.billing.run-every}",
            identity = "bill-run",
            concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        Outcome outcome = run();
        if (outcome.invoiced() > 0 || outcome.failed() > 0) {
            LOG.infof("bill run: %s", outcome);
        }
    }

    /** What a run did; {@code paid} counts invoices paid from credit that came later. */
    public record Outcome(int invoiced, int nothingDue, int parked, int failed, int paid) {}

    /** Does what is to be done now. */
    public Outcome run() {
        periods.openAll();
        Map<Step, Integer> counts = new ConcurrentHashMap<>();
        try (RunLog.Run noted = log.begin()) {
            // a page has the oldest period of each account, so it may take several
            int done = page(noted, counts);
            for (int all = done; done > 0 && all < MAX_PER_RUN; all += done) {
                done = page(noted, counts);
            }
            counts.put(Step.PAID, payer.payOpen());
            noted.paid(counts.get(Step.PAID));
        }
        return new Outcome(
                counts.getOrDefault(Step.INVOICED, 0),
                counts.getOrDefault(Step.NOTHING_DUE, 0),
                counts.getOrDefault(Step.PARKED, 0),
                counts.getOrDefault(Step.FAILED, 0),
                counts.getOrDefault(Step.PAID, 0));
    }

    /** @return how many periods were looked at; none is left when it is zero */
    private int page(RunLog.Run noted, Map<Step, Integer> counts) {
        Queue<InvoiceId> due = new ConcurrentLinkedQueue<>(periods.due(PAGE));
        AtomicInteger done = new AtomicInteger();
        Runnable work = () -> tariffs.remembering(() -> {
            for (InvoiceId id = due.poll(); id != null; id = due.poll()) {
                Step step = next(noted, id);
                counts.merge(step, 1, Integer::sum);
                done.addAndGet(step == Step.NONE ? 0 : 1);
            }
        });
        together(work, Math.min(workers, due.size()));
        return done.get();
    }

    /**
     * So many of the same side by side, one of them in this thread; what one of them throws is thrown when all have ended. They are
     * few and busy for long: threads of the platform's have less to do for each answer of the database than virtual ones.
     */
    private static void together(Runnable work, int count) {
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("bill-run-", 1).factory())) {
            List<CompletableFuture<Void>> others = IntStream.range(1, count)
                    .mapToObj(_ -> CompletableFuture.runAsync(work, threads))
                    .toList();
            work.run();
            others.forEach(CompletableFuture::join);
        }
    }

    private Step next(RunLog.Run noted, InvoiceId id) {
        AtomicReference<Optional<DuePeriod>> held = new AtomicReference<>(Optional.empty());
        try {
            return transactions.run(() -> {
                Optional<DuePeriod> due = periods.lockDue(id);
                held.set(due);
                return due.map(period -> Memo.during(() -> step(noted, period))).orElse(Step.NONE);
            });
        } catch (RuntimeException e) {
            DuePeriod due = held.get().orElseThrow(() -> e);
            LOG.errorf(e, "period %s of account %s cannot be closed", due.id(), due.account());
            boolean lost = e instanceof DatabaseException fault && fault.connectionLost();
            String reason = lost
                    ? "the connection to the database was lost while it was computed; it is tried again"
                    : "computing failed (%s); staff are told"
                            .formatted(e.getClass().getSimpleName());
            return park(noted, due, reason, !lost);
        }
    }

    /** What cannot even be parked is left for the next run: it must not end this one for all others. */
    private Step park(RunLog.Run noted, DuePeriod due, String reason, boolean own) {
        try {
            transactions.run(() -> {
                periods.parkFailed(due, reason, own);
                noted.count(Step.FAILED);
            });
            return Step.FAILED;
        } catch (DatabaseException e) {
            if (e.connectionLost()) {
                throw e;
            }
            LOG.errorf(e, "period %s of account %s cannot be parked", due.id(), due.account());
            return Step.NONE;
        }
    }

    private Step step(RunLog.Run noted, DuePeriod due) {
        noted.at(due.id());
        Step step = close(due);
        noted.count(step);
        return step;
    }

    private Step close(DuePeriod due) {
        Optional<String> missing = due.released().isPresent() ? Optional.empty() : gate.closedBecause(due);
        if (missing.isPresent()) {
            periods.park(due, missing.get(), nextLook(due));
            return Step.PARKED;
        }
        return finaliser.close(due);
    }

    /** Soon for a short period, rarer for one that has waited for long. */
    private Instant nextLook(DuePeriod due) {
        Instant now = clock.instant();
        Duration waited = Duration.between(due.period().to(), now);
        long seconds = Math.clamp(waited.toSeconds() / 20, 1, 60);
        return now.plusSeconds(seconds);
    }
}
