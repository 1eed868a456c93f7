package dev.berth.platform;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/** The trace id of a request (W3C {@code traceparent}): in every log line, every problem and every call that follows. */
public final class Traces {
    public static final String HEADER = "traceparent";
    private static final String KEY = "traceId";
    private static final Pattern FORM = Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private Traces() {}

    /** Takes over the caller's trace, or begins one. */
    public static String begin(@Nullable String traceparent) {
        Matcher matcher = FORM.matcher(traceparent == null ? "" : traceparent);
        String id = matcher.matches() ? matcher.group(1) : random(16);
        MDC.put(KEY, id);
        return id;
    }

    public static void end() {
        MDC.remove(KEY);
    }

    /** The trace id of what runs now; a new one outside of any. */
    public static String current() {
        Object id = MDC.get(KEY);
        return id == null ? begin(null) : id.toString();
    }

    /** The header that carries a trace on. */
    public static String traceparent(String traceId) {
        return "00-%s-%s-01".formatted(traceId, random(8));
    }

    private static String random(int bytes) {
        byte[] value = new byte[bytes];
        RANDOM.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}
