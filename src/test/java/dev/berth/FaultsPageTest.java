package dev.berth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of faults names tests that are there, for every row. */
class FaultsPageTest {
    private static final Path PAGE = Path.of("docs/reference/faults.md");
    private static final Path TESTS = Path.of("src/test/java/dev/berth");
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z]+Test)\\.([A-Za-z0-9]+)`");
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\|.*", Pattern.MULTILINE);
    private static final int ROWS = 12;

    @Test
    void everyRowNamesTestsThatExist() throws IOException {
        String page = Files.readString(PAGE);
        Map<Integer, List<String>> missing = new TreeMap<>();
        Map<Integer, Integer> named = new TreeMap<>();
        ROW.matcher(page).results().forEach(row -> {
            int n = Integer.parseInt(row.group(1));
            List<MatchResult> tests = NAMED.matcher(row.group()).results().toList();
            named.put(n, tests.size());
            List<String> gone = tests.stream()
                    .filter(test -> !exists(test.group(1), test.group(2)))
                    .map(MatchResult::group)
                    .toList();
            if (tests.isEmpty() || !gone.isEmpty()) {
                missing.put(n, gone);
            }
        });

        assertEquals(Map.of(), missing);
        assertEquals(IntStream.rangeClosed(1, ROWS).boxed().toList(), List.copyOf(named.keySet()));
    }

    private static boolean exists(String type, String method) {
        Pattern test = Pattern.compile(
                "@(Test|Property|ParameterizedTest)\\b(?:(?!\\bvoid\\b)[\\s\\S])*\\bvoid " + method + "\\(");
        try (Stream<Path> files = Files.walk(TESTS)) {
            for (Path file : files.filter(f -> f.endsWith(type + ".java")).toList()) {
                if (test.matcher(Files.readString(file)).find()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
