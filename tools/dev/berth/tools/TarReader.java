package dev.berth.tools;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads ustar with the extensions of POSIX.1-2001 (pax) and GNU's long names, as builders of images write them. */
final class TarReader implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int BUFFER_BYTES = 1 << 16;

    /** Of one extended header: names and attributes. */
    private static final int MAX_EXTENSION_BYTES = 1 << 20;

    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final String CAPABILITY = "SCHILY.xattr.security.capability";

    private final Path file;
    private final InputStream in;
    private final byte[] header = new byte[BLOCK];
    private final Map<String, String> extended = new HashMap<>();
    private long position;

    TarReader(Path file) throws IOException {
        this.file = file;
        this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    }

    /** @return empty at the archive's end */
    Optional<TarEntry> next() throws IOException {
        extended.clear();
        while (fill() && !isZero()) {
            check();
            long size = number(124, 12);
            switch ((char) header[156]) {
                case 'x' -> pax(extension(size));
                case 'L' -> extended.put("path", upToZero(extension(size)));
                case 'K' -> extended.put("linkpath", upToZero(extension(size)));
                case 'g' -> skip(size);
                default -> {
                    return Optional.of(entry(size));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private TarEntry entry(long ownSize) throws IOException {
        char type = type();
        // An extended header's size counts, where it says one.
        long size = type == TarEntry.FILE ? whole("size", ownSize) : 0;
        TarEntry.Content content = new TarEntry.Content(file, position, size);
        skip(type == TarEntry.FILE ? size : ownSize);
        return new TarEntry(
                extended.getOrDefault("path", name()),
                type,
                (int) number(100, 8) & 07777,
                whole("uid", number(108, 8)),
                whole("gid", number(116, 8)),
                modified(),
                extended.getOrDefault("linkpath", text(157, 100)),
                Optional.ofNullable(extended.get(CAPABILITY)),
                content);
    }

    private char type() throws IOException {
        char type = (char) header[156];
        if (type == 0 || type == '7') {
            type = TarEntry.FILE;
        }
        if (type < TarEntry.FILE
                || type > TarEntry.FIFO
                || extended.keySet().stream().anyMatch(TarReader::sparse)) {
            throw new IOException("member '%s' of %s is of a kind that is not understood".formatted(name(), file));
        }
        return type;
    }

    private static boolean sparse(String key) {
        return key.startsWith("GNU.sparse.");
    }

    /** Whole seconds; pax may say fractions. */
    private long modified() throws IOException {
        String text = extended.getOrDefault("mtime", "");
        return text.isEmpty() ? number(136, 12) : parsed(text.replaceFirst("\\..*", ""));
    }

    private long whole(String key, long otherwise) throws IOException {
        String text = extended.get(key);
        return text == null ? otherwise : parsed(text);
    }

    private long parsed(String text) throws IOException {
        if (!text.matches("-?[0-9]{1,18}")) {
            throw broken("has a number that is none");
        }
        return Long.parseLong(text);
    }

    private String name() {
        String prefix = text(257, 6).equals("ustar") ? text(345, 155) : "";
        return prefix.isEmpty() ? text(0, 100) : prefix + "/" + text(0, 100);
    }

    /** Records of the form {@code LENGTH KEY=VALUE\n}, the length counting all of it. */
    private void pax(byte[] records) throws IOException {
        int at = 0;
        while (at < records.length) {
            int blank = at;
            while (blank < records.length && records[blank] != ' ') {
                blank++;
            }
            long length = parsed(latin(records, at, blank));
            int end = (int) Math.min(records.length, at + length);
            int equals = blank + 1;
            while (equals < end && records[equals] != '=') {
                equals++;
            }
            if (length > records.length - at || equals >= end || records[end - 1] != '\n') {
                throw broken("has an extended header that is none");
            }
            extended.put(latin(records, blank + 1, equals), latin(records, equals + 1, end - 1));
            at = end;
        }
    }

    private byte[] extension(long size) throws IOException {
        if (size > MAX_EXTENSION_BYTES) {
            throw broken("has an extended header of %d bytes".formatted(size));
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw broken("is cut off");
        }
        position += size;
        pass(padding(size));
        return bytes;
    }

    private boolean fill() throws IOException {
        int read = in.readNBytes(header, 0, BLOCK);
        position += read;
        if (read > 0 && read < BLOCK) {
            throw broken("is cut off");
        }
        return read == BLOCK;
    }

    /** A member's content, and what fills its last block. */
    private void skip(long size) throws IOException {
        pass(size + padding(size));
    }

    private void pass(long size) throws IOException {
        try {
            in.skipNBytes(size);
        } catch (EOFException e) {
            throw broken("is cut off");
        }
        position += size;
    }

    private static long padding(long size) {
        return (BLOCK - size % BLOCK) % BLOCK;
    }

    private boolean isZero() {
        for (byte each : header) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private void check() throws IOException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH ? ' ' : header[i] & 0xff;
        }
        if (sum != number(CHECKSUM, CHECKSUM_LENGTH)) {
            throw broken("is no tar archive");
        }
    }

    /** Octal digits, or GNU's binary form for what they cannot hold. */
    private long number(int from, int length) throws IOException {
        if ((header[from] & 0x80) == 0) {
            String digits = text(from, length).strip();
            if (!digits.matches("[0-7]{0,12}")) {
                throw broken("has a number that is none");
            }
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        }
        long value = header[from] & 0x3f;
        for (int i = from + 1; i < from + length; i++) {
            if (value >> 54 != 0) {
                throw broken("has a number that is too large");
            }
            value = value << 8 | header[i] & 0xff;
        }
        return value;
    }

    private String text(int from, int length) {
        return upToZero(Arrays.copyOfRange(header, from, from + length));
    }

    private static String upToZero(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return latin(bytes, 0, end);
    }

    private static String latin(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private IOException broken(String how) {
        return new IOException(file.getFileName() + " " + how);
    }
}
