package dev.berth.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdsTest {
    private static final Instant THEN = Instant.parse("2031-02-03T04:05:06.789Z");
    private static final InstantSource STANDING = InstantSource.fixed(THEN);

    @Test
    void sortsByAgeWithinAMillisecond() {
        List<String> made = Stream.generate(() -> Ids.next(STANDING).toString())
                .limit(3_000)
                .toList();

        assertEquals(made.stream().sorted().toList(), made);
    }

    @Test
    void isAUuidOfVersionSevenWithItsTime() {
        UUID id = Ids.next(STANDING);

        assertEquals(7, id.version());
        assertEquals(2, id.variant());
        assertEquals(THEN.toEpochMilli(), id.getMostSignificantBits() >>> 16);
    }

    @Test
    void neverRepeatsBetweenThreads() throws Exception {
        Callable<List<UUID>> some =
                () -> Stream.generate(() -> Ids.next(STANDING)).limit(5_000).toList();
        Set<UUID> all = new HashSet<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (Future<List<UUID>> one : threads.invokeAll(List.of(some, some, some, some))) {
                all.addAll(one.get());
            }
        }

        assertEquals(20_000, all.size());
        assertTrue(all.stream().allMatch(id -> id.version() == 7));
    }
}
