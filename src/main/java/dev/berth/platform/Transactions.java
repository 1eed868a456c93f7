package dev.berth.platform;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Runs work in one transaction; what lost a deadlock is tried again from its beginning, a few times. */
@ApplicationScoped
public class Transactions {
    private static final int ATTEMPTS = 5;
    private static final int TIMEOUT_SECONDS = 60;

    private final TransactionSynchronizationRegistry registry;

    Transactions(TransactionSynchronizationRegistry registry) {
        this.registry = registry;
    }

    /** Joins the transaction there is, else begins one; an exception rolls it back. */
    public <T> T run(Supplier<T> work) {
        if (registry.getTransactionStatus() != Status.STATUS_NO_TRANSACTION) {
            return work.get();
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return QuarkusTransaction.requiringNew()
                        .timeout(TIMEOUT_SECONDS)
                        .call(work::get);
            } catch (DatabaseException e) {
                if (!e.retryable() || attempt == ATTEMPTS) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    public void run(Runnable work) {
        run(() -> {
            work.run();
            return Boolean.TRUE;
        });
    }

    /** Commits by itself, even within a transaction: for signs of life, which must be seen while that one is under way. */
    public void apart(Runnable work) {
        QuarkusTransaction.requiringNew().timeout(TIMEOUT_SECONDS).run(work);
    }

    private static void pause(int attempt) {
        LockSupport.parkNanos(
                TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(1, 10L * attempt)));
    }
}
