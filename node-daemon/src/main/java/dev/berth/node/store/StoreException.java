package dev.berth.node.store;

import java.io.Serial;

/** The node's database cannot be read or written: nothing can go on safely without it. */
public final class StoreException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
