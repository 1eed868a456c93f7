package dev.berth.node.agent;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.jboss.logging.MDC;

/** One trace (W3C Trace Context): its id is in the log lines of both sides. */
final class Trace implements AutoCloseable {
    private static final String KEY = "traceId";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String traceId = random(16);

    Trace() {
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
