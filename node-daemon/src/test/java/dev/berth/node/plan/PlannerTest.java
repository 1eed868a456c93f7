package dev.berth.node.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.contract.ContextSpec;
import dev.berth.node.host.ContextFacts;
import dev.berth.node.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One directory for each case: what is desired, what is observed, what was done; and the operations that follow. */
class PlannerTest {
    private static final Path CASES = Path.of("src", "test", "resources", "plan");

    static List<String> cases() throws IOException {
        try (Stream<Path> directories = Files.list(CASES)) {
            return directories.map(d -> d.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void plans(String name) throws IOException {
        Path directory = CASES.resolve(name);
        ContextSpec desired = Json.read(Files.readString(directory.resolve("desired.json")), ContextSpec.class);
        ContextFacts facts = Json.read(Files.readString(directory.resolve("observed.json")), ContextFacts.class);
        Progress progress = Json.read(Files.readString(directory.resolve("progress.json")), Progress.class);

        List<String> operations = Planner.plan(desired, facts, progress).stream()
                .map(Operation::text)
                .toList();

        assertEquals(Files.readAllLines(directory.resolve("operations.txt")), operations);
    }
}
