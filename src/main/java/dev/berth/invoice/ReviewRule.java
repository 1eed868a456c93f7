package dev.berth.invoice;

import dev.berth.units.Money;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which bills staff look at before they are invoiced: {@code none}, {@code all}, or some of {@code first} (the account's
 * first invoice) and {@code above:AMOUNT} (the net sum, in whichever currency), separated by commas.
 */
record ReviewRule(List<Case> cases) {
    ReviewRule {
        cases = List.copyOf(cases);
    }

    /** One reason to look. */
    sealed interface Case {
        /** Why it applies; empty when it does not. */
        Optional<String> applies(Money net, boolean first);
    }

    record All() implements Case {
        @Override
        public Optional<String> applies(Money net, boolean first) {
            return Optional.of("every bill is reviewed");
        }
    }

    record First() implements Case {
        @Override
        public Optional<String> applies(Money net, boolean first) {
            return first ? Optional.of("it is the account's first invoice") : Optional.empty();
        }
    }

    record Above(BigDecimal amount) implements Case {
        @Override
        public Optional<String> applies(Money net, boolean first) {
            return net.decimal().compareTo(amount) > 0
                    ? Optional.of("its sum is above " + amount.toPlainString())
                    : Optional.empty();
        }
    }

    /** @throws IllegalArgumentException when it is no rule */
    static ReviewRule parse(String text) {
        return text.strip().equals("none")
                ? new ReviewRule(List.of())
                : new ReviewRule(Arrays.stream(text.split(",", -1))
                        .map(part -> one(part.strip()))
                        .toList());
    }

    private static Case one(String text) {
        return switch (text) {
            case "all" -> new All();
            case "first" -> new First();
            default -> above(text);
        };
    }

    private static Case above(String text) {
        String prefix = "above:";
        if (text.startsWith(prefix)) {
            try {
                return new Above(new BigDecimal(text.substring(prefix.length())));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'%s' names no amount".formatted(text), e);
            }
        }
        throw new IllegalArgumentException(
                "'%s' is no rule of review: must be none, all, first or above:AMOUNT".formatted(text));
    }

    /** The first reason to look. */
    Optional<String> applies(Money net, boolean first) {
        return cases.stream().flatMap(one -> one.applies(net, first).stream()).findFirst();
    }
}
