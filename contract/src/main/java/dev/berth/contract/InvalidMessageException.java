package dev.berth.contract;

import java.io.Serial;
import java.util.List;

/** A record that cannot be: thrown by its constructor with every fault at once. */
public final class InvalidMessageException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final List<String> faults;

    public InvalidMessageException(String what, List<String> faults) {
        super("invalid " + what + ": " + String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}
