package dev.berth.payment;

import java.time.Duration;
import java.util.Optional;

/**
 * How often the gateway is asked by itself what became of something: rarer each time, at least every three hours for about two days,
 * then once a day, and not for ever. What has no end by then stays as it is, and staff must ask. What the gateway tells by itself
 * counts at any time.
 *
 * @param most looks in all
 */
record Looks(int most) {
    private static final int OFTEN = 24;
    private static final int DAYS_OF_OFTEN = 2;
    private static final Duration LONGEST_WAIT = Duration.ofHours(3);
    private static final Duration LATER_WAIT = Duration.ofDays(1);
    private static final int MAX_REASON = 500;

    /** About 30 days: a direct debit is on its way for up to two weeks. */
    static final Looks OF_PAYMENT = ofDays(30);
    /** About 60 days: banks hold refunds for weeks. */
    static final Looks OF_REFUND = ofDays(60);
    /** About two days: a card goes at once or not by itself. */
    static final Looks OF_CARD = ofDays(DAYS_OF_OFTEN);

    private static Looks ofDays(int days) {
        return new Looks(OFTEN + days - DAYS_OF_OFTEN);
    }

    /** How long after so many looks the next one is. */
    static Duration wait(int made) {
        if (made >= OFTEN) {
            return LATER_WAIT;
        }
        Duration wait = Duration.ofSeconds(30L << Math.min(made, 12));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    /** The same; empty: there is none. */
    Optional<Duration> next(int made) {
        return made < most ? Optional.of(wait(made)) : Optional.empty();
    }

    /** Why it is not asked for any more, for staff. */
    String ended(String lastAnswer) {
        String reason = "asked for %d days without an end, and not any more by itself; the last answer: %s"
                .formatted(most - OFTEN + DAYS_OF_OFTEN, lastAnswer);
        return reason.substring(0, Math.min(reason.length(), MAX_REASON));
    }
}
