package dev.berth.metering.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A statement that takes node and context of readings from another row says which index it wants. MariaDB knows nothing of the values then
 * and goes by its statistics, which lag behind what nodes send: one that looked for the host's readings so went through all readings of
 * every node, 33 seconds over nine million where 0.05 are enough.
 */
class ReadingQueriesTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern JOINED = Pattern.compile(
            "(?:FROM|JOIN) reading r\\b(?<index> FORCE INDEX)?(?<where>.{0,160}?r\\.context_id = )", Pattern.DOTALL);

    @Test
    void readingsThatAreJoinedByContextComeFromTheIndexOfContexts() throws IOException {
        List<String> found = new ArrayList<>();
        List<String> without = new ArrayList<>();
        for (Path file : files()) {
            Matcher joined = JOINED.matcher(Files.readString(file));
            while (joined.find()) {
                found.add(file.toString());
                if (joined.group("index") == null) {
                    without.add("%s: %s".formatted(file, joined.group()));
                }
            }
        }

        assertFalse(found.isEmpty(), "there are such statements");
        assertEquals(List.of(), without);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(SOURCES)) {
            return all.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
