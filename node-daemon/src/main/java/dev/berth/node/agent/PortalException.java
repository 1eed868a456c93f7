package dev.berth.node.agent;

import java.io.IOException;
import java.io.Serial;

/** The portal answered, but not with what was asked for. */
public final class PortalException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;

    PortalException(String call, int status, String detail) {
        super("%s answered %d%s".formatted(call, status, detail.isEmpty() ? "" : ": " + detail));
        this.status = status;
    }

    public int status() {
        return status;
    }
}
