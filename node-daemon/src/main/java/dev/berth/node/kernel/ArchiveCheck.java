package dev.berth.node.kernel;

import dev.berth.node.host.ContextLayout;
import dev.berth.node.host.ExplainedException;
import dev.berth.node.host.HostException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether an archive of a layer is one that {@link LayerArchive} wrote: POSIX.1-2001 pax format, every member below a directory that is
 * being listed, ids of one context, no device but the one that hides a file of the image. Whoever sends something else may want to
 * write to the host, so nothing of it is unpacked. Names are bytes; here each is a character.
 */
final class ArchiveCheck {
    private static final int BLOCK = 512;
    private static final int MAX_EXTENDED_BYTES = 4 << 20;
    private static final int MAX_NAME_BYTES = 64 << 10;
    private static final Set<String> KEYS = Set.of(
            "path",
            "linkpath",
            "size",
            "uid",
            "gid",
            "uname",
            "gname",
            "mtime",
            "GNU.sparse.major",
            "GNU.sparse.minor",
            "GNU.sparse.name",
            "GNU.sparse.realsize",
            "SCHILY.acl.access",
            "SCHILY.acl.default");

    private final InputStream in;

    /** Directories from the top to the one whose members come now. */
    private final Deque<String> open = new ArrayDeque<>();

    private Map<String, String> extended = Map.of();

    private ArchiveCheck(InputStream in) {
        this.in = in;
    }

    /** @throws ExplainedException naming the first thing that is wrong */
    static void check(Path archive) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
            new ArchiveCheck(in).run();
        } catch (IOException e) {
            throw new HostException("cannot read archive %s: %s".formatted(archive, e.getMessage()), e);
        }
    }

    private void run() throws IOException {
        for (byte[] header = block(); !blank(header); header = block()) {
            Header member = new Header(header);
            require(member.intact(), "a header is damaged");
            if (member.type() == 'x') {
                require(extended.isEmpty(), "two extended headers follow each other");
                long size = member.number(124, 12);
                require(size <= MAX_EXTENDED_BYTES, "an extended header is too long");
                extended = records(in.readNBytes((int) size), size);
                skip(padding(size));
            } else {
                member(member);
                extended = Map.of();
            }
        }
        require(!open.isEmpty() && extended.isEmpty(), "it is empty or ends early");
    }

    private void member(Header header) throws IOException {
        String name = name(header);
        require(name.length() <= MAX_NAME_BYTES, "a name is too long");
        owned("uid", header.number(108, 8));
        owned("gid", header.number(116, 8));
        long size = extended.containsKey("size") ? decimal("size") : header.number(124, 12);
        switch (header.type()) {
            case '5' -> directory(name);
            case '0' -> below(name);
            case '1' -> {
                below(name);
                components(extended.getOrDefault("linkpath", header.text(157, 100)));
            }
            case '2', '6' -> below(name);
            case '3' -> {
                below(name);
                require(header.number(329, 8) == 0 && header.number(337, 8) == 0, "it has a device");
            }
            default -> throw refused("it has a member of type %d".formatted((int) header.type()));
        }
        require(size == 0 || header.type() == '0', "a member without content has some");
        skip(size);
        skip(padding(size));
    }

    private String name(Header header) {
        return Optional.ofNullable(extended.get("GNU.sparse.name"))
                .or(() -> Optional.ofNullable(extended.get("path")))
                .orElseGet(header::name);
    }

    private void directory(String name) {
        if (open.isEmpty()) {
            require(name.equals("./"), "it does not begin with its top");
            open.push("");
            return;
        }
        String bare = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        open.push(below(bare));
    }

    /** @return the name without its beginning */
    private String below(String name) {
        String path = components(name);
        int slash = path.lastIndexOf('/');
        String parent = slash < 0 ? "" : path.substring(0, slash);
        while (!open.isEmpty() && !open.getFirst().equals(parent)) {
            open.pop();
        }
        require(!open.isEmpty(), "a member is in no directory that was listed");
        return path;
    }

    private static String components(String name) {
        require(name.startsWith("./") && name.indexOf('\0') < 0, "a name does not begin at its top");
        String path = name.substring(2);
        for (String part : path.split("/", -1)) {
            require(!part.isEmpty() && !part.equals(".") && !part.equals(".."), "a name leads elsewhere");
        }
        return path;
    }

    private void owned(String key, long plain) {
        long id = extended.containsKey(key) ? decimal(key) : plain;
        require(id < ContextLayout.ID_RANGE, "a %s is not one of a context".formatted(key));
    }

    private long decimal(String key) {
        String text = extended.getOrDefault(key, "");
        require(text.matches("[0-9]{1,18}"), "%s is no number".formatted(key));
        return Long.parseLong(text);
    }

    /** {@code "%d %s=%s\n"}, the number being the length of it all. */
    private static Map<String, String> records(byte[] bytes, long size) {
        require(bytes.length == size, "it ends early");
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Map<String, String> records = new HashMap<>();
        for (int from = 0; from < text.length(); ) {
            int space = text.indexOf(' ', from);
            require(space > from && space - from <= 7, "an extended header is damaged");
            String digits = text.substring(from, space);
            require(digits.matches("[1-9][0-9]*"), "an extended header is damaged");
            int end = from + Integer.parseInt(digits);
            int equal = text.indexOf('=', space);
            require(
                    end <= text.length() && equal > space && equal < end && text.charAt(end - 1) == '\n',
                    "an extended header is damaged");
            String key = text.substring(space + 1, equal);
            require(
                    KEYS.contains(key) || key.startsWith("SCHILY.xattr."),
                    "an extended header says what it should not");
            require(records.put(key, text.substring(equal + 1, end - 1)) == null, "an extended header says it twice");
            from = end;
        }
        require(!records.isEmpty(), "an extended header is empty");
        return records;
    }

    private byte[] block() throws IOException {
        byte[] block = in.readNBytes(BLOCK);
        require(block.length == BLOCK, "it ends early");
        return block;
    }

    private static boolean blank(byte[] block) {
        for (byte each : block) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private static long padding(long size) {
        return (BLOCK - size % BLOCK) % BLOCK;
    }

    private void skip(long bytes) throws IOException {
        try {
            in.skipNBytes(bytes);
        } catch (EOFException e) {
            throw refused("it ends early", e);
        }
    }

    private static void require(boolean holds, String fault) {
        if (!holds) {
            throw refused(fault);
        }
    }

    private static ExplainedException refused(String fault) {
        return new ExplainedException("move", "The disk that arrived is refused.", "archive of a layer: " + fault);
    }

    private static ExplainedException refused(String fault, IOException cause) {
        ExplainedException refused = refused(fault);
        refused.initCause(cause);
        return refused;
    }

    /** A block in the form of POSIX {@code ustar}. */
    private static final class Header {
        private static final int CHECKSUM = 148;
        private static final int CHECKSUM_LENGTH = 8;

        private final byte[] bytes;

        Header(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean intact() {
            long sum = 0;
            for (int i = 0; i < BLOCK; i++) {
                sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH ? ' ' : bytes[i] & 0xff;
            }
            return text(257, 6).equals("ustar") && sum == number(CHECKSUM, CHECKSUM_LENGTH);
        }

        char type() {
            return (char) (bytes[156] & 0xff);
        }

        String name() {
            String prefix = text(345, 155);
            return prefix.isEmpty() ? text(0, 100) : prefix + "/" + text(0, 100);
        }

        String text(int from, int length) {
            int end = from;
            while (end < from + length && bytes[end] != 0) {
                end++;
            }
            return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
        }

        /** Octal digits, ended by a blank or nothing. */
        long number(int from, int length) {
            String digits = text(from, length).strip();
            require(digits.matches("[0-7]{0,12}"), "a number is none");
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        }
    }
}
