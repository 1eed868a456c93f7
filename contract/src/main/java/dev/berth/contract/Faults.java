package dev.berth.contract;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects every fault of a record, so that bad input is answered with all of them at once. */
public final class Faults {
    /** As many as every database can hold in an exact number. */
    public static final int MAX_DIGITS = 38;

    private static final BigInteger BOUND = BigInteger.TEN.pow(MAX_DIGITS);

    private final String what;
    private final List<String> found = new ArrayList<>();

    /** @param what the thing that is checked, for the message */
    public Faults(String what) {
        this.what = what;
    }

    public void check(boolean holds, Supplier<String> fault) {
        if (!holds) {
            found.add(fault.get());
        }
    }

    public void present(String name, @Nullable Object value) {
        check(value != null, () -> name + " is missing");
    }

    public void positive(String name, long value) {
        check(value > 0, () -> "%s is %d, must be positive".formatted(name, value));
    }

    public void notNegative(String name, long value) {
        check(value >= 0, () -> "%s is %d, must not be negative".formatted(name, value));
    }

    /** The same for a number that may be larger than 64 bits hold; it has at most {@link #MAX_DIGITS} digits. */
    public void notNegative(String name, @Nullable BigInteger value) {
        if (value == null) {
            found.add(name + " is missing");
        } else {
            check(value.signum() >= 0, () -> "%s is %s, must not be negative".formatted(name, value));
            check(value.compareTo(BOUND) < 0, () -> "%s has more than %d digits".formatted(name, MAX_DIGITS));
        }
    }

    public void uuid(String name, @Nullable String value) {
        matches(name, value, Patterns.UUID);
    }

    /** Checks the whole of a value; the message shows at most 80 characters of it. */
    public void matches(String name, @Nullable String value, Pattern pattern) {
        if (value == null) {
            found.add(name + " is missing");
        } else if (!pattern.matcher(value).matches()) {
            found.add("%s '%s' has not the right form".formatted(name, shown(value)));
        }
    }

    /** Checks that a text is there and not longer than it may be. */
    public void text(String name, @Nullable String value, int maxLength) {
        if (value == null) {
            found.add(name + " is missing");
        } else if (value.length() > maxLength) {
            found.add("%s has %d characters, at most %d are allowed".formatted(name, value.length(), maxLength));
        }
    }

    public void each(String name, @Nullable List<String> values, Pattern pattern, int maxCount) {
        if (values == null) {
            found.add(name + " is missing");
            return;
        }
        check(
                values.size() <= maxCount,
                () -> "%s has %d entries, at most %d are allowed".formatted(name, values.size(), maxCount));
        for (int i = 0; i < Math.min(values.size(), maxCount); i++) {
            matches("%s[%d]".formatted(name, i), values.get(i), pattern);
        }
    }

    public void size(String name, @Nullable List<?> values, int maxCount) {
        if (values == null) {
            found.add(name + " is missing");
        } else if (values.size() > maxCount) {
            found.add("%s has %d entries, at most %d are allowed".formatted(name, values.size(), maxCount));
        }
    }

    /** @throws InvalidMessageException naming every fault found */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidMessageException(what, found);
        }
    }

    private static String shown(String value) {
        String cut = value.length() > 80 ? value.substring(0, 80) + "…" : value;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
