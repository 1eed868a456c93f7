package dev.berth.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON (RFC 8259) of objects, lists and strings, which is all that a bundle has: numbers are strings, so that no reader rounds them. The
 * same value gives the same text.
 */
final class Json {
    private static final int MAX_DEPTH = 16;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** @param value maps, lists and strings */
    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value, "\n");
        return out.append('\n').toString();
    }

    private static void write(StringBuilder out, Object value, String line) {
        switch (value) {
            case Map<?, ?> map -> {
                String separator = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(separator).append(line).append("  ");
                    quote(out, entry.getKey().toString());
                    out.append(": ");
                    write(out, entry.getValue(), line + "  ");
                    separator = ",";
                }
                out.append(map.isEmpty() ? "{" : line).append('}');
            }
            case List<?> list -> {
                String separator = "[";
                for (Object element : list) {
                    out.append(separator).append(line).append("  ");
                    write(out, element, line + "  ");
                    separator = ",";
                }
                out.append(list.isEmpty() ? "[" : line).append(']');
            }
            default -> quote(out, value.toString());
        }
    }

    private static void quote(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** @throws BundleException where it is no such text */
    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value(0);
        json.blank();
        if (json.at != text.length()) {
            throw json.fault("the end");
        }
        return value;
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw fault("less nesting");
        }
        blank();
        return switch (next()) {
            case '{' -> object(depth);
            case '[' -> list(depth);
            case '"' -> string();
            default -> throw fault("a value");
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        blank();
        if (take('}')) {
            return map;
        }
        do {
            blank();
            expect('"');
            String name = string();
            blank();
            expect(':');
            if (map.put(name, value(depth + 1)) != null) {
                throw fault("each name once");
            }
            blank();
        } while (take(','));
        expect('}');
        return map;
    }

    private List<Object> list(int depth) {
        List<Object> list = new ArrayList<>();
        blank();
        if (take(']')) {
            return list;
        }
        do {
            list.add(value(depth + 1));
            blank();
        } while (take(','));
        expect(']');
        return list;
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            out.append(c == '\\' ? escaped() : c);
        }
        return out.toString();
    }

    private char escaped() {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> throw fault("an escape");
        };
    }

    private char unicode() {
        if (at + 4 > text.length()) {
            throw fault("four digits");
        }
        at += 4;
        try {
            return (char) Integer.parseInt(text, at - 4, at, 16);
        } catch (NumberFormatException e) {
            throw new BundleException("no hexadecimal digits at character " + at, e);
        }
    }

    private void blank() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char next() {
        if (at >= text.length()) {
            throw fault("more text");
        }
        return text.charAt(at++);
    }

    private boolean take(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char c) {
        if (!take(c)) {
            throw fault("'" + c + "'");
        }
    }

    private BundleException fault(String wanted) {
        return new BundleException("%s was expected at character %d".formatted(wanted, at));
    }
}
