package dev.berth.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes ustar, with an extended header (POSIX.1-2001) where a field is too small. The same members give the same bytes. */
final class TarWriter implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final long LARGEST_ID = 07777777;
    private static final long LARGEST_SIZE = 077777777777L;
    private static final String CAPABILITY = "SCHILY.xattr.security.capability";

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    /** @param name under which it stands; a directory's ends with a slash */
    void write(String name, TarEntry entry) throws IOException {
        StringBuilder extended = new StringBuilder();
        extend(extended, "path", name, name.length() > NAME_BYTES);
        extend(extended, "linkpath", entry.link(), entry.link().length() > NAME_BYTES);
        extend(extended, "uid", Long.toString(entry.uid()), entry.uid() > LARGEST_ID);
        extend(extended, "gid", Long.toString(entry.gid()), entry.gid() > LARGEST_ID);
        long size = entry.content().size();
        extend(extended, "size", Long.toString(size), size > LARGEST_SIZE);
        Optional<String> capability = entry.capability();
        extend(extended, CAPABILITY, capability.orElse(""), capability.isPresent());
        if (!extended.isEmpty()) {
            byte[] records = latin(extended.toString());
            header("pax", 'x', TarEntry.directory("pax"), records.length);
            out.write(records);
            pad(records.length);
        }
        header(name, entry.type(), entry, size);
        copy(entry.content());
    }

    /** Two blocks of nothing end an archive. */
    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.close();
    }

    private static void extend(StringBuilder records, String key, String value, boolean needed) {
        if (needed) {
            String rest = " " + key + "=" + value + "\n";
            int length = rest.length() + 1;
            while (Integer.toString(length).length() + rest.length() != length) {
                length++;
            }
            records.append(length).append(rest);
        }
    }

    private void header(String name, char type, TarEntry entry, long size) throws IOException {
        byte[] header = new byte[BLOCK];
        put(header, 0, cut(name));
        put(header, 100, "%07o".formatted(entry.mode()));
        put(header, 108, "%07o".formatted(fitting(entry.uid(), LARGEST_ID)));
        put(header, 116, "%07o".formatted(fitting(entry.gid(), LARGEST_ID)));
        put(header, 124, "%011o".formatted(fitting(size, LARGEST_SIZE)));
        put(header, 136, "%011o".formatted(fitting(Math.max(0, entry.modified()), LARGEST_SIZE)));
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, type == 'x' ? "" : cut(entry.link()));
        put(header, 257, "ustar\0" + "00");
        long sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        out.write(header);
    }

    private void copy(TarEntry.Content content) throws IOException {
        if (content.size() == 0) {
            return;
        }
        try (FileChannel channel = FileChannel.open(content.file());
                InputStream in = Channels.newInputStream(channel.position(content.offset()))) {
            byte[] buffer = new byte[1 << 16];
            for (long left = content.size(); left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new IOException(content.file().getFileName() + " is cut off");
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
        pad(content.size());
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }

    /** What does not fit stands in the extended header. */
    private static long fitting(long value, long largest) {
        return value > largest ? 0 : value;
    }

    private static String cut(String text) {
        return text.length() > NAME_BYTES ? text.substring(0, NAME_BYTES) : text;
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = latin(text);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
