package dev.berth.node.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes archives as a hostile sender would. */
final class TestTar {
    private static final int BLOCK = 512;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The top, without which no archive is one of ours. */
    static TestTar top() {
        return new TestTar().member('5', "./", "", "");
    }

    TestTar member(char type, String name, String link, String content) {
        return member(type, name, link, content, 0);
    }

    TestTar member(char type, String name, String link, String content, long uid) {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 108, "%07o".formatted(uid));
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

    TestTar file(String name) {
        return member('0', name, "", "content");
    }

    TestTar directory(String name) {
        return member('5', name, "", "");
    }

    TestTar link(String name, String to) {
        return member('2', name, to, "");
    }

    TestTar hardLink(String name, String to) {
        return member('1', name, to, "");
    }

    /** What the next member is called, or what else is said of it. */
    TestTar extended(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = rest.length() + 1;
        while (rest.length() + Integer.toString(length).length() != length) {
            length = rest.length() + Integer.toString(length).length();
        }
        return member('x', "./PaxHeaders/x", "", length + rest);
    }

    Path write(Path file) throws IOException {
        Files.write(file, out.toByteArray());
        Files.write(file, new byte[2 * BLOCK], java.nio.file.StandardOpenOption.APPEND);
        return file;
    }

    /** Without an end. */
    Path writeCut(Path file) throws IOException {
        return Files.write(file, out.toByteArray());
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
