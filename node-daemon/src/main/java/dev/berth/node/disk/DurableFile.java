package dev.berth.node.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Replaces files in directories that only the daemon writes to: content, then name, each on the disk before the next step. A
 * rename alone may reach the disk before the bytes it names.
 */
public final class DurableFile {
    private static final String TEMPORARY = ".new";

    private DurableFile() {}

    /** @param permissions as {@code rw-------}; the file has them before it has content */
    public static void write(Path file, byte[] content, String permissions) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
        Files.deleteIfExists(temporary);
        Files.createFile(temporary);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        rename(temporary, file);
    }

    /** Gives a file that is on the disk its name, over whatever had it. */
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path directory = to.toAbsolutePath().getParent();
        if (directory != null) {
            syncDirectory(directory);
        }
    }

    /** The names in a directory are on the disk when this returns. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
