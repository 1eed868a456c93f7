package dev.berth.node.cli;

import dev.berth.node.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks the running daemon through its Unix socket. */
final class LocalClient {
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    /** The daemon's answer. */
    record Answer(int status, String body) {
        <T> T as(Class<T> type) {
            return Json.read(body, type);
        }
    }

    private final Path socket;

    LocalClient(Path socket) {
        this.socket = socket;
    }

    Answer get(String path) throws IOException {
        return call("GET", path, new byte[0]);
    }

    Answer post(String path, Object body) throws IOException {
        return call("POST", path, Json.bytes(body));
    }

    private Answer call(String method, String path, byte[] body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                OutputStream out = Channels.newOutputStream(channel);
                InputStream in = Channels.newInputStream(channel)) {
            String head = "%s %s HTTP/1.1\r\nHost: berthd\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                    .formatted(method, path, body.length);
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            return parse(new String(in.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8));
        }
    }

    private static Answer parse(String text) throws IOException {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.startsWith("HTTP/1.1 ")) {
            throw new IOException("the daemon's answer is cut off");
        }
        return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(end + 4));
    }
}
