package dev.berth.pages;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a browser sent with a form; a missing field is empty. */
record Form(MultivaluedMap<String, String> fields) {
    String text(String name) {
        @Nullable String value = fields.getFirst(name);
        return value == null ? "" : value.strip();
    }

    /** Every field by its name. */
    Map<String, String> all() {
        return fields.keySet().stream().collect(Collectors.toMap(name -> name, this::text));
    }

    /** Of what was shown; none there ever is where the field is no number. */
    long version() {
        String text = text("version");
        boolean digits = !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(Character::isDigit);
        return digits ? Long.parseLong(text) : -1;
    }
}
