package dev.berth.node.local;

import dev.berth.node.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What is sent back: a status as in HTTP, a media type and a body. */
record Answer(int status, String type, byte[] body) {
    static Answer json(Object value) {
        return new Answer(200, "application/json", Json.bytes(value));
    }

    static Answer text(String text) {
        return new Answer(200, "text/plain; version=0.0.4", text.getBytes(StandardCharsets.UTF_8));
    }

    static Answer notFound() {
        return problem(404, "there is no such thing here");
    }

    static Answer problem(int status, String detail) {
        return new Answer(status, "application/problem+json", Json.bytes(Map.of("status", status, "detail", detail)));
    }

    byte[] head() {
        return "HTTP/1.1 %d -\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                .formatted(status, type, body.length)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
