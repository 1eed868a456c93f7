package dev.berth.tools;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One member of a tar archive. Texts hold one byte in each character (ISO 8859-1): names in archives are bytes.
 *
 * @param type as in ustar: {@code 0} file, {@code 1} hard link, {@code 2} symbolic link, {@code 3} and {@code 4} device, {@code 5} directory,
 *     {@code 6} FIFO
 * @param link target of a link
 * @param capability value of {@code security.capability}, the only extended attribute that contexts get from an image
 * @param content where its bytes are
 */
record TarEntry(
        String name,
        char type,
        int mode,
        long uid,
        long gid,
        long modified,
        String link,
        Optional<String> capability,
        Content content) {
    static final char FILE = '0';
    static final char HARD_LINK = '1';
    static final char SYMBOLIC_LINK = '2';
    static final char CHARACTER_DEVICE = '3';
    static final char BLOCK_DEVICE = '4';
    static final char DIRECTORY = '5';
    static final char FIFO = '6';

    /**
     * A piece of a file.
     *
     * @param file an archive that is not compressed
     */
    record Content(Path file, long offset, long size) {}

    static TarEntry directory(String name) {
        return new TarEntry(name, DIRECTORY, 0755, 0, 0, 0, "", Optional.empty(), new Content(Path.of("/"), 0, 0));
    }

    boolean isDirectory() {
        return type == DIRECTORY;
    }

    boolean isDevice() {
        return type == CHARACTER_DEVICE || type == BLOCK_DEVICE;
    }

    TarEntry empty() {
        return new TarEntry(
                name, type, mode, uid, gid, modified, link, Optional.empty(), new Content(content.file(), 0, 0));
    }
}
