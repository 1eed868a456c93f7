package dev.berth.node.host;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The host could not do what was asked: an expected failure with a message for staff. */
public class HostException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public HostException(String message) {
        super(message);
    }

    public HostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
