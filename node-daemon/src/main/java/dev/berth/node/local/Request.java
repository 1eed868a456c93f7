package dev.berth.node.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One HTTP/1.1 request, as much of it as the command line and a metrics scraper need. Everything in it is bounded. */
record Request(String method, String path, String body) {
    private static final int MAX_HEAD_BYTES = 8_192;
    private static final int MAX_BODY_BYTES = 65_536;
    private static final Pattern LINE =
            Pattern.compile("([A-Z]{3,7}) (/[A-Za-z0-9/_-]{0,200})(\\?\\S*)? HTTP/1\\.[01]");
    private static final Pattern LENGTH = Pattern.compile("(?m)^content-length:\\s*(\\d{1,6})\\s*$");

    /** @throws MalformedRequestException when it is none */
    static Request read(InputStream in) throws IOException {
        String head = head(in);
        Matcher line = LINE.matcher(head.lines().findFirst().orElse(""));
        if (!line.matches()) {
            throw new MalformedRequestException("this is no request");
        }
        Matcher length = LENGTH.matcher(head.toLowerCase(Locale.ROOT).replace("\r", ""));
        int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
        if (bytes > MAX_BODY_BYTES) {
            throw new MalformedRequestException("the body is longer than %d bytes".formatted(MAX_BODY_BYTES));
        }
        byte[] body = in.readNBytes(bytes);
        if (body.length < bytes) {
            throw new MalformedRequestException("the body is cut off");
        }
        return new Request(line.group(1), line.group(2), new String(body, StandardCharsets.UTF_8));
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0 || head.size() >= MAX_HEAD_BYTES) {
                throw new MalformedRequestException(
                        "the head is cut off or longer than %d bytes".formatted(MAX_HEAD_BYTES));
            }
            head.write(next);
            boolean expected = next == (matched % 2 == 0 ? '\r' : '\n');
            matched = expected ? matched + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** Bytes that are no request. */
    static final class MalformedRequestException extends IOException {
        private static final long serialVersionUID = 1L;

        MalformedRequestException(String message) {
            super(message);
        }
    }
}
