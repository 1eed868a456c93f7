package dev.berth.node.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdMapTest {
    private static final String LINE = "root:2097152:4292804608\n";

    @TempDir
    Path directory;

    @Test
    void theGrantIsAddedOnceAndOthersStay() throws IOException {
        Path file = Files.writeString(directory.resolve("subuid"), "someone:100000:65536");
        IdMap.grant(List.of(file));
        IdMap.grant(List.of(file));
        assertEquals("someone:100000:65536\n" + LINE, Files.readString(file));
    }

    @Test
    void aMissingFileIsMade() throws IOException {
        Path file = directory.resolve("subgid");
        IdMap.grant(List.of(file));
        assertEquals(LINE, Files.readString(file));
    }

    @Test
    void rangesOutsideTheGrantAreNoContexts() {
        assertFalse(IdMap.covers(65_536));
        assertTrue(IdMap.covers(IdMap.FIRST));
        assertTrue(IdMap.covers(IdMap.FIRST + IdMap.COUNT - 65_536));
        assertFalse(IdMap.covers(IdMap.FIRST + IdMap.COUNT));
    }
}
