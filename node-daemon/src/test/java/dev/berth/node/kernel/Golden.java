package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares with a file under {@code src/test/resources/golden/kernel}; {@code -Dberth.golden.update} writes it. */
final class Golden {
    private Golden() {}

    static void check(String name, String actual) throws IOException {
        Path file = Path.of("src/test/resources/golden/kernel", name);
        if (Boolean.getBoolean("berth.golden.update")) {
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, actual);
        }
        assertEquals(Files.readString(file), actual, name);
    }
}
