package dev.berth.platform;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Makes UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits, so that ids sort by age. */
public final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MOST = 0xFFF;

    /** Millisecond and place within it of the last one. */
    private static final AtomicLong LAST = new AtomicLong();

    private Ids() {}

    /** Later ids of one process sort behind earlier ones, also within a millisecond (RFC 9562, section 6.2, method 1). */
    public static UUID next(InstantSource clock) {
        byte[] random = new byte[9];
        RANDOM.nextBytes(random);
        long millis = clock.millis();
        long first = random[0] & 0xFFL;
        long high = LAST.updateAndGet(last -> last >>> 12 == millis ? following(last) : millis << 12 | first);
        long low = 0;
        for (int i = 1; i < random.length; i++) {
            low = low << 8 | (random[i] & 0xFFL);
        }
        return new UUID(
                high >>> 12 << 16 | 0x7000L | (high & MOST), (low & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
    }

    /** Thousands within a millisecond: the last ones have no order. */
    private static long following(long last) {
        return (last & MOST) < MOST ? last + 1 : last;
    }

    /** The id in a text a client sent; what is no id names nothing, hence 404. */
    public static UUID parse(String what, String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw Problem.notFound(what, e);
        }
    }
}
