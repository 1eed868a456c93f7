package dev.berth.document;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Writes XML 1.0: elements in the order they are given, one a line, the same bytes for the same calls. */
final class Xml {
    private final StringBuilder text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /** @param attributes name, value, name, value … */
    Xml open(String name, String... attributes) {
        indent();
        text.append('<').append(name);
        attributes(attributes);
        text.append(">\n");
        open.push(name);
        return this;
    }

    Xml close() {
        String name = open.pop();
        indent();
        text.append("</").append(name).append(">\n");
        return this;
    }

    /** An element with text; nothing for an empty text, which no schema here allows. */
    Xml leaf(String name, String value, String... attributes) {
        if (value.isBlank()) {
            return this;
        }
        indent();
        text.append('<').append(name);
        attributes(attributes);
        text.append('>').append(escaped(value)).append("</").append(name).append(">\n");
        return this;
    }

    byte[] bytes() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("<%s> is not closed".formatted(open.peek()));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void indent() {
        text.append("  ".repeat(open.size()));
    }

    private void attributes(String... attributes) {
        for (int i = 0; i < attributes.length; i += 2) {
            text.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
    }

    /** Characters that XML 1.0 cannot hold become U+FFFD: a name with one must not make an invoice unreadable. */
    static String escaped(String value) {
        StringBuilder out = new StringBuilder(value.length());
        value.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.appendCodePoint(allowed(c) ? c : 0xFFFD);
            }
        });
        return out.toString();
    }

    private static boolean allowed(int c) {
        return c == '\t' || c == '\n' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
    }
}
