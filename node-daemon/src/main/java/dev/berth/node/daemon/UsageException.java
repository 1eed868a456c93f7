package dev.berth.node.daemon;

import java.io.Serial;
import java.util.List;

/** Arguments that cannot be followed: every fault at once. */
public final class UsageException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public UsageException(List<String> faults) {
        super(String.join("; ", faults));
    }
}
