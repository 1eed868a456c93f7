package dev.berth.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Asks berthd through its Unix socket, without a JVM for each question: measurements must not disturb what they measure. */
final class NodeSocket {
    private static final int MAX_ANSWER_BYTES = 64 << 20;
    private static final String HEAD_END = "\r\n\r\n";

    private final Path socket;

    NodeSocket(Settings settings) {
        socket = settings.node().resolve("berthd.sock");
    }

    Map<String, Object> show(String contextId) throws IOException {
        return Json.object(call("GET", "/contexts/" + contextId, ""));
    }

    Map<String, Object> health() throws IOException {
        return Json.object(call("GET", "/health", ""));
    }

    /** Runs a command inside a context; its output is the result, and a failure says what it wrote. */
    String exec(String contextId, long timeoutSeconds, String... command) throws IOException {
        Map<String, Object> answer = Json.object(call(
                "POST",
                "/contexts/" + contextId + "/exec",
                Json.write(Map.of("command", List.of(command), "timeoutSeconds", timeoutSeconds))));
        String output = Json.text(answer, "output").orElse("");
        if (!Json.text(answer, "exitCode").orElse("?").equals("0")) {
            throw new IOException("%s in %s failed: %s".formatted(command[command.length - 1], contextId, output));
        }
        return output;
    }

    private String call(String method, String path, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                OutputStream out = Channels.newOutputStream(channel);
                InputStream in = Channels.newInputStream(channel)) {
            String head = "%s %s HTTP/1.1\r\nHost: berthd\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                    .formatted(method, path, bytes.length);
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            String answer = new String(in.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
            int end = answer.indexOf(HEAD_END);
            if (end < 0 || !answer.startsWith("HTTP/1.1 200")) {
                throw new IOException(
                        "berthd answered " + answer.lines().findFirst().orElse("nothing") + " to " + path);
            }
            return answer.substring(end + HEAD_END.length());
        }
    }
}
