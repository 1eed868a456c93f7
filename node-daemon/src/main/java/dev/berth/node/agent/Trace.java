package dev.berth.node.agent;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/** One trace (W3C Trace Context): its id is in the log lines of both sides. */
final class Trace implements AutoCloseable {
    private static final String KEY = "traceId";
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Pattern FORM = Pattern.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

    private final String traceId;

    /** A new trace. */
    Trace() {
        this("");
    }

    /** Goes on with a trace that came from the other side; begins a new one where there is none. */
    Trace(String traceparent) {
        Matcher given = FORM.matcher(traceparent);
        traceId = given.matches() ? given.group(1) : random(16);
        MDC.put(KEY, traceId);
    }

    String header() {
        return "00-%s-%s-01".formatted(traceId, random(8));
    }

    @Override
    public void close() {
        MDC.remove(KEY);
    }

    private static String random(int bytes) {
        byte[] value = new byte[bytes];
        RANDOM.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}
