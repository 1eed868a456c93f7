package dev.berth.evidence;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The members of a JSON object by name and type; what is missing or of another shape is said with its name. */
record Fields(Map<String, Object> members) {
    /** Without an exponent, so that a short text is no huge number. */
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,40}(\\.[0-9]{1,20})?");

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,80}");

    static Fields parse(String json) {
        return of(Json.parse(json));
    }

    static Fields of(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new BundleException("it is no object");
        }
        Map<String, Object> members = new LinkedHashMap<>();
        map.forEach((name, member) -> members.put(String.valueOf(name), member));
        return new Fields(members);
    }

    private <T> T as(String name, Function<String, T> reader) {
        return optional(name, reader).orElseThrow(() -> new BundleException("%s is missing".formatted(name)));
    }

    /** Absent or of this shape. */
    <T> Optional<T> optional(String name, Function<String, T> reader) {
        Object member = members.getOrDefault(name, Optional.empty());
        if (member instanceof Optional<?>) {
            return Optional.empty();
        }
        if (!(member instanceof String text)) {
            throw new BundleException("%s is no text".formatted(name));
        }
        try {
            return Optional.of(reader.apply(text));
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new BundleException("%s '%s' has not the right form".formatted(name, text), e);
        }
    }

    String text(String name) {
        return as(name, Function.identity());
    }

    BigInteger whole(String name) {
        return as(name, Fields::toWhole);
    }

    BigDecimal decimal(String name) {
        return as(name, Fields::toDecimal);
    }

    int integer(String name) {
        return as(name, Integer::valueOf);
    }

    UUID uuid(String name) {
        return as(name, UUID::fromString);
    }

    Instant instant(String name) {
        return as(name, Instant::parse);
    }

    <T> T other(String name, Function<String, T> reader) {
        return as(name, reader);
    }

    <T> List<T> list(String name, Function<Object, T> reader) {
        if (!(members.getOrDefault(name, "") instanceof List<?> list)) {
            throw new BundleException("%s is no list".formatted(name));
        }
        return list.stream().map(reader).toList();
    }

    static BigDecimal toDecimal(String text) {
        require(DECIMAL, text);
        return new BigDecimal(text);
    }

    static BigInteger toWhole(String text) {
        require(WHOLE, text);
        return new BigInteger(text);
    }

    private static void require(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException("it is no number");
        }
    }
}
