package dev.berth.platform;

import dev.berth.platform.Problem.Fault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the faults of an input, so that it is answered with all of them at once. */
public final class InputFaults {
    private final List<Fault> found = new ArrayList<>();

    public void add(String field, String message) {
        found.add(new Fault(field, message));
    }

    /** @return whether it holds */
    public boolean check(boolean holds, String field, String message) {
        if (!holds) {
            add(field, message);
        }
        return holds;
    }

    /** @return the trimmed text, empty (and a fault) where it is missing or too long */
    public String text(String field, @Nullable String value, int maxLength) {
        String text = value == null ? "" : value.trim();
        check(!text.isEmpty(), field, "is missing");
        return bounded(field, text, maxLength);
    }

    /** @return the trimmed text, empty where it is missing */
    public String optionalText(String field, @Nullable String value, int maxLength) {
        return bounded(field, value == null ? "" : value.trim(), maxLength);
    }

    private String bounded(String field, String text, int maxLength) {
        check(text.length() <= maxLength, field, "has more than %d characters".formatted(maxLength));
        check(text.chars().noneMatch(Character::isISOControl), field, "has control characters");
        return text;
    }

    public boolean none() {
        return found.isEmpty();
    }

    /** @throws Problem 422 naming every fault found */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw Problem.invalid(found);
        }
    }
}
