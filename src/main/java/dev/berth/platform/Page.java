package dev.berth.platform;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * A part of a list, newest first.
 *
 * @param nextCursor opaque; empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> nextCursor) {
    public static final int MAX_LIMIT = 200;
    public static final int DEFAULT_LIMIT = 50;

    public Page {
        items = List.copyOf(items);
    }

    /**
     * What part is asked for.
     *
     * @param before ids below this one; empty for the first page
     */
    public record Ask(int limit, Optional<UUID> before) {
        /** Everything one page can hold. */
        public static final Ask FIRST = new Ask(MAX_LIMIT, Optional.empty());

        public Ask {
            if (limit < 1 || limit > MAX_LIMIT) {
                throw Problem.invalid("limit", "must be from 1 to " + MAX_LIMIT);
            }
        }

        public static Ask of(Optional<Integer> limit, Optional<String> cursor) {
            return new Ask(limit.orElse(DEFAULT_LIMIT), cursor.map(Ask::parse));
        }

        private static UUID parse(String cursor) {
            try {
                return UUID.fromString(cursor);
            } catch (IllegalArgumentException e) {
                Problem problem = Problem.invalid("cursor", "is not one this list gave");
                problem.initCause(e);
                throw problem;
            }
        }

        /** One more than a page, which tells whether there is another one. */
        public int fetch() {
            return limit + 1;
        }
    }

    /** A page of what was fetched with {@link Ask#fetch()}. */
    public static <T> Page<T> of(List<T> fetched, Ask ask, Function<T, UUID> id) {
        if (fetched.size() <= ask.limit()) {
            return new Page<>(fetched, Optional.empty());
        }
        List<T> items = fetched.subList(0, ask.limit());
        return new Page<>(items, Optional.of(id.apply(items.getLast()).toString()));
    }
}
