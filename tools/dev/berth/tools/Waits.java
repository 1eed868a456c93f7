package dev.berth.tools;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting with an end. */
final class Waits {
    private static final long STEP_MILLIS = 100;

    private Waits() {}

    /** Tries until it answers or the time is over. */
    static <T> Optional<T> poll(Duration limit, Supplier<Optional<T>> attempt) {
        return poll(limit, attempt, STEP_MILLIS);
    }

    static <T> Optional<T> poll(Duration limit, Supplier<Optional<T>> attempt, long stepMillis) {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> result = attempt.get();
            if (result.isPresent() || System.nanoTime() > endNanos || !pause(stepMillis)) {
                return result;
            }
        }
    }

    static boolean until(Duration limit, BooleanSupplier condition) {
        return poll(limit, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty())
                .isPresent();
    }

    /** False when the thread was interrupted. */
    static boolean pause(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
