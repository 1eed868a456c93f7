package dev.berth.node.json;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Text that is not JSON of the type it should be. The message shows the fault, never the text: it may hold secrets. */
public final class MalformedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    MalformedException(Class<?> type, @Nullable Throwable cause) {
        super("malformed " + type.getSimpleName() + reason(cause), cause);
    }

    private static String reason(@Nullable Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof IllegalArgumentException) {
                return ": " + t.getMessage();
            }
        }
        return "";
    }
}
