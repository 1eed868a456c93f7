package dev.berth.contract;

import java.util.List;

/**
 * {@code GET /agent/v1/consoles?wait=S}: who waits for a terminal. The node dials {@code /agent/v1/consoles/{sessionId}} as a
 * WebSocket for each, and says {@link #OPEN} once the terminal is there, or closes with the reason why it is not. Binary messages are what is
 * typed and what is shown; a text message to the node is a {@link Size}; either end hangs up by closing. A request is told once.
 */
public record ConsoleRequests(List<Request> requests) {
    public static final int MAX_REQUESTS = 64;

    /** The node's only text message, and the portal's to a browser: from here on the terminal listens. */
    public static final String OPEN = "{\"state\":\"open\"}";

    /** Of a message, either way. */
    public static final int MAX_MESSAGE_BYTES = 65_536;

    public ConsoleRequests {
        Faults faults = new Faults("console requests");
        faults.size("requests", requests, MAX_REQUESTS);
        faults.throwIfAny();
        requests = List.copyOf(requests);
    }

    /** @param size of the terminal to begin with */
    public record Request(String sessionId, String contextId, Size size) {
        public Request {
            Faults faults = new Faults("console request");
            faults.uuid("sessionId", sessionId);
            faults.uuid("contextId", contextId);
            faults.present("size", size);
            faults.throwIfAny();
        }
    }

    /** Of a terminal, in characters. */
    public record Size(int columns, int rows) {
        public static final int MAX = 1_000;

        public Size {
            Faults faults = new Faults("terminal size");
            faults.check(
                    columns >= 1 && columns <= MAX && rows >= 1 && rows <= MAX,
                    () -> "%d columns and %d rows are not between 1 and %d".formatted(columns, rows, MAX));
            faults.throwIfAny();
        }
    }
}
