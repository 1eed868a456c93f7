package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EscapeAttemptsTest {
    private static final Path PAGE = Path.of("../docs/reference/escape-suite.md");

    @Test
    void thePageListsWhatIsTried() throws IOException {
        if (Boolean.getBoolean("berth.escape.write")) {
            Files.writeString(PAGE, EscapeAttempts.table());
        }
        assertEquals(EscapeAttempts.table(), Files.readString(PAGE), "write it with -Dberth.escape.write=true");
    }

    @Test
    void namesAreUnique() throws IOException {
        var attempts = EscapeAttempts.all();
        assertEquals(
                attempts.size(),
                attempts.stream().map(EscapeAttempts.Attempt::name).distinct().count());
    }
}
