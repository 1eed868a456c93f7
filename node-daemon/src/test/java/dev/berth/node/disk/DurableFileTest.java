package dev.berth.node.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @TempDir
    Path directory;

    @Test
    void replacesWithTheRightPermissionsAndLeavesNothingBeside() throws IOException {
        Path file = directory.resolve("key");
        Files.writeString(file, "old");
        Files.writeString(directory.resolve("key.new"), "left by a crash");

        DurableFile.write(file, "new".getBytes(UTF_8), "rw-------");

        assertEquals("new", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aFailureLeavesTheOldOne() throws IOException {
        Path file = directory.resolve("taken");
        Files.createDirectories(file.resolve("below"));
        assertThrows(IOException.class, () -> DurableFile.write(file, new byte[] {1}, "rw-------"));
        assertTrue(Files.isDirectory(file.resolve("below")));
    }
}
