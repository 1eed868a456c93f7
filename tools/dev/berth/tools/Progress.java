package dev.berth.tools;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;

/** A line when a step begins and one when it ends, each with the seconds since the start. Steps may overlap. */
final class Progress {
    private final PrintStream out;
    private final long startNanos = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    void say(String text) {
        synchronized (out) {
            out.printf(Locale.ROOT, "[%6.1f s] %s%n", seconds(), text);
            out.flush();
        }
    }

    /** Runs a step; {@code what} reads well before "…" and before "done". */
    <T> T step(String what, Callable<T> action) throws Exception {
        double before = seconds();
        say(what + " …");
        T result = action.call();
        say(String.format(Locale.ROOT, "%s: done in %.1f s", what, seconds() - before));
        return result;
    }
}
