package dev.berth.node.kernel;

import dev.berth.node.disk.DurableFile;
import dev.berth.node.host.HostException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Directories and files of the daemon itself, in places only root writes to. */
final class Directories {
    private Directories() {}

    /** Writes nothing where nothing has to change: the directory may be one whose quota is used up. */
    static void make(Path directory, String permissions) {
        try {
            Files.createDirectories(directory);
            if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))
                    .equals(permissions)) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
            }
        } catch (IOException e) {
            throw new HostException("cannot make directory " + directory, e);
        }
    }

    /** Names in the directory, sorted; empty when it does not exist. */
    static Set<String> names(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            Set<String> names = new TreeSet<>();
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
            return names;
        } catch (NoSuchFileException _) {
            return Set.of();
        } catch (IOException e) {
            throw new HostException("cannot list " + directory, e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new HostException("cannot read " + file, e);
        }
    }

    /** All or nothing, for every reader and after a loss of power too. */
    static void write(Path file, String content, String permissions) {
        try {
            DurableFile.write(file, content.getBytes(StandardCharsets.UTF_8), permissions);
        } catch (IOException e) {
            throw new HostException("cannot write %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** All or nothing for every reader, for what is written anew before it is read after a loss of power. */
    static void writeFleeting(Path file, String content) {
        try {
            Path temporary = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new HostException("cannot write %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Removes it with all below; links are removed, never followed. */
    static void remove(Path top) {
        try {
            Files.walkFileTree(top, new Remover());
        } catch (NoSuchFileException _) {
            return;
        } catch (IOException e) {
            throw new HostException("cannot remove " + top, e);
        }
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
