package dev.berth.node.local;

import dev.berth.node.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What is sent back: a status as in HTTP, a media type and a body. */
record Answer(int status, String type, String body) {
    /** From here on the connection is a console's ({@link dev.berth.node.console.Frames}). */
    static byte[] switching() {
        return "HTTP/1.1 101 -\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    }

    static Answer json(Object value) {
        return new Answer(200, "application/json", Json.text(value));
    }

    static Answer text(String text) {
        return new Answer(200, "text/plain; version=0.0.4", text);
    }

    static Answer notFound() {
        return problem(404, "there is no such thing here");
    }

    static Answer problem(int status, String detail) {
        return new Answer(status, "application/problem+json", Json.text(Map.of("status", status, "detail", detail)));
    }

    /** The answer as it goes over the wire. */
    byte[] bytes() {
        String head = "HTTP/1.1 %d -\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                .formatted(status, type, body.getBytes(StandardCharsets.UTF_8).length);
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }
}
