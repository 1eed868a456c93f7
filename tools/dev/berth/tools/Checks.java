package dev.berth.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Named checks, counted. A check that fails says what was seen instead. */
final class Checks {
    private final Progress progress;
    private final String part;
    private final List<String> failures = new ArrayList<>();
    private int passed;

    /** @param part of the tests, which every line begins with */
    Checks(Progress progress, String part) {
        this.progress = progress;
        this.part = part;
    }

    /** @param fault what is wrong, empty when nothing is */
    void check(String what, Optional<String> fault) {
        if (fault.isEmpty()) {
            passed++;
            progress.say(part + ": " + what);
        } else {
            failures.add(what);
            progress.say(part + ": FAILED " + what + ": " + fault.get());
        }
    }

    void check(String what, boolean holds, String seen) {
        check(what, holds ? Optional.empty() : Optional.of(seen));
    }

    void all(Map<String, Optional<String>> checks) {
        checks.forEach(this::check);
    }

    /** A fault with the number of things that are wrong and the first few of them; empty when there are none. */
    static Optional<String> none(List<String> found) {
        int shown = Math.min(5, found.size());
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(found.size() + ", such as " + String.join(" | ", found.subList(0, shown)));
    }

    static Optional<String> same(Object expected, Object found) {
        return expected.equals(found)
                ? Optional.empty()
                : Optional.of("should be %s, is %s".formatted(expected, found));
    }

    Tests.Counts counts() {
        failures.forEach(failure -> progress.say(part + ": failed: " + failure));
        return new Tests.Counts(passed, failures.size(), 0);
    }
}
