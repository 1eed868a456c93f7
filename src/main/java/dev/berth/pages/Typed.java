package dev.berth.pages;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Numbers of forms. What is no number becomes one that is refused, beside all else that is wrong. */
final class Typed {
    /** Is refused wherever a quantity or a price is asked for. */
    static final BigDecimal REFUSED = BigDecimal.ONE.negate();

    private Typed() {}

    /** Null where nothing was typed. */
    static @Nullable BigDecimal decimal(String text) {
        if (text.isEmpty()) {
            return null;
        }
        return text.matches("[0-9]{1,40}([.][0-9]{1,20})?") ? new BigDecimal(text) : REFUSED;
    }

    /** Null where nothing was typed. */
    static @Nullable Integer integer(String text) {
        if (text.isEmpty()) {
            return null;
        }
        return text.matches("[0-9]{1,9}") ? Integer.valueOf(text) : Integer.valueOf(-1);
    }

    /** Null where nothing was typed. */
    static @Nullable String text(String text) {
        return text.isEmpty() ? null : text;
    }
}
