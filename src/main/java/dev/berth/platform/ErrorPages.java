package dev.berth.platform;

import jakarta.ws.rs.core.Response;

/** Shows a problem to a person: implemented by the pages, used for every path outside of {@code /api}. */
public interface ErrorPages {
    Response show(Shown shown);

    /** @param traceId finds the request in the logs */
    record Shown(int status, String code, String detail, String traceId) {}
}
