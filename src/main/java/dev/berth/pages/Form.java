package dev.berth.pages;

import jakarta.ws.rs.core.MultivaluedMap;
import org.jspecify.annotations.Nullable;

/** What a browser sent with a form; a missing field is empty. */
record Form(MultivaluedMap<String, String> fields) {
    String text(String name) {
        @Nullable String value = fields.getFirst(name);
        return value == null ? "" : value.strip();
    }
}
