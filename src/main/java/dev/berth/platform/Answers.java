package dev.berth.platform;

import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Shapes of HTTP answers that several resources give. */
public final class Answers {
    private Answers() {}

    /** What was stored or has just happened for an Idempotency-Key. */
    public static Response of(Idempotency.Answer answer) {
        Response.ResponseBuilder builder = Response.status(answer.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(answer.body());
        answer.location().ifPresent(path -> builder.location(URI.create(path)));
        return builder.build();
    }

    /** A body with the version that If-Match must name to change it. */
    public static Response tagged(Object body, long version) {
        return Response.ok(body).tag(new EntityTag(Long.toString(version))).build();
    }

    /**
     * The version a client has seen.
     *
     * @throws Problem 428 without the header, 412 for one that no version can have
     */
    public static long ifMatch(@Nullable String header) {
        if (header == null) {
            throw Problem.of(428, "if-match-missing", "This request needs the header If-Match with the last ETag.");
        }
        String digits = header.trim().replace("\"", "");
        if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(Character::isDigit)) {
            throw stale();
        }
        return Long.parseLong(digits);
    }

    /** 412: someone changed it in between. */
    public static Problem stale() {
        return Problem.of(412, "stale", "It has changed since it was read: read it again.");
    }
}
