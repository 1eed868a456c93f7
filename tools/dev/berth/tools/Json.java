package dev.berth.tools;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes RFC 8259 as maps, lists, strings, decimals, booleans and {@code Optional.empty()} for null. */
final class Json {
    private static final int MAX_DEPTH = 64;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.blank();
        if (json.at != text.length()) {
            throw json.fault("the end");
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        return parse(text) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /** Member of an object as text. */
    static Optional<String> text(Object object, String name) {
        return object instanceof Map<?, ?> map && map.get(name) instanceof Object value && !(value instanceof Optional)
                ? Optional.of(value.toString())
                : Optional.empty();
    }

    /** Member of an object; empty where it is not there or null. */
    static Optional<Object> member(Object object, String name) {
        return object instanceof Map<?, ?> map && map.get(name) instanceof Object value && !(value instanceof Optional)
                ? Optional.of(value)
                : Optional.empty();
    }

    static List<?> list(Object object, String name) {
        return object instanceof Map<?, ?> map && map.get(name) instanceof List<?> list ? list : List.of();
    }

    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        switch (value) {
            case Map<?, ?> map -> {
                String comma = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(comma);
                    quote(entry.getKey().toString(), out);
                    out.append(':');
                    write(entry.getValue(), out);
                    comma = ",";
                }
                out.append(map.isEmpty() ? "{}" : "}");
            }
            case List<?> list -> {
                String comma = "[";
                for (Object element : list) {
                    out.append(comma);
                    write(element, out);
                    comma = ",";
                }
                out.append(list.isEmpty() ? "[]" : "]");
            }
            case Optional<?> optional -> optional.ifPresentOrElse(some -> write(some, out), () -> out.append("null"));
            case Number number -> out.append(number);
            case Boolean bool -> out.append(bool);
            default -> quote(value.toString(), out);
        }
    }

    private static void quote(String string, StringBuilder out) {
        out.append('"');
        string.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c < ' ') {
                out.append("\\u%04x".formatted(c));
            } else {
                out.append((char) c);
            }
        });
        out.append('"');
    }

    private Object value() {
        blank();
        if (at == text.length() || ++depth > MAX_DEPTH) {
            throw fault("a value");
        }
        char c = text.charAt(at);
        Object value = c == '{' ? map() : c == '[' ? array() : c == '"' ? string() : word();
        depth--;
        return value;
    }

    private Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        while (!taken('}')) {
            blank();
            String name = string();
            expect(':');
            map.put(name, value());
            separator('}');
        }
        return map;
    }

    private List<Object> array() {
        List<Object> list = new ArrayList<>();
        at++;
        while (!taken(']')) {
            list.add(value());
            separator(']');
        }
        return list;
    }

    private void separator(char end) {
        blank();
        if (at < text.length() && text.charAt(at) == end) {
            return;
        }
        expect(',');
    }

    private String string() {
        if (at == text.length() || text.charAt(at) != '"') {
            throw fault("a string");
        }
        StringBuilder out = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return out.toString();
            }
            out.append(c == '\\' ? escape() : c);
        }
        throw fault("a closing quote");
    }

    private char escape() {
        at++;
        char c = at < text.length() ? text.charAt(at) : '?';
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
            }
            default -> c;
        };
    }

    private Object word() {
        int start = at;
        while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> Optional.empty();
            default -> new BigDecimal(word);
        };
    }

    private boolean taken(char c) {
        blank();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!taken(c)) {
            throw fault("'" + c + "'");
        }
    }

    private void blank() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException fault(String expected) {
        return new IllegalArgumentException("not JSON: expected " + expected + " at " + at);
    }
}
