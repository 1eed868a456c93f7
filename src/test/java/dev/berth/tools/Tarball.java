package dev.berth.tools;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** An archive in the form of ustar, honest or not. */
final class Tarball {
    private static final int BLOCK = 512;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** What every image has: something to start, and a name. */
    static Tarball system(String id, String version) {
        return new Tarball()
                .file("usr/lib/os-release", "NAME=Test\nID=%s\nVERSION_ID=\"%s\"\n".formatted(id, version))
                .link("etc/os-release", "../usr/lib/os-release")
                .link("sbin", "usr/sbin")
                .file("usr/sbin/init", "init");
    }

    Tarball file(String name, String content) {
        return member('0', name, "", content);
    }

    Tarball directory(String name) {
        return member('5', name, "", "");
    }

    Tarball link(String name, String to) {
        return member('2', name, to, "");
    }

    Tarball hardLink(String name, String to) {
        return member('1', name, to, "");
    }

    Tarball member(char type, String name, String link, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, type == '5' ? "0000755" : "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(bytes.length));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        put(header, 156, String.valueOf(type));
        put(header, 157, link);
        put(header, 257, "ustar\0" + "00");
        long sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        out.writeBytes(header);
        out.writeBytes(bytes);
        out.writeBytes(new byte[(BLOCK - bytes.length % BLOCK) % BLOCK]);
        return this;
    }

    /** A record of POSIX.1-2001 for the member after it. */
    Tarball extended(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = rest.length() + 2;
        return member('x', "pax", "", (length > 99 ? length + 1 : length) + rest);
    }

    byte[] bytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(out.toByteArray());
        whole.writeBytes(new byte[2 * BLOCK]);
        return whole.toByteArray();
    }

    byte[] gzip() {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
