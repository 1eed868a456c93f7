package dev.berth.node.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads and writes records as JSON by the rules of the contract: unknown fields are ignored, an absent value is null. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .registerModule(new Jdk8Module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private Json() {}

    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "not writable as JSON: " + value.getClass().getName(), e);
        }
    }

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "not writable as JSON: " + value.getClass().getName(), e);
        }
    }

    /** @throws MalformedException when the text is not JSON of that type */
    public static <T> T read(String text, Class<T> type) {
        try {
            return checked(MAPPER.readValue(text, type), type);
        } catch (JsonProcessingException e) {
            throw new MalformedException(type, e);
        }
    }

    /** @throws MalformedException when the bytes are not JSON of that type */
    public static <T> T read(byte[] bytes, Class<T> type) {
        try {
            return checked(MAPPER.readValue(bytes, type), type);
        } catch (JsonProcessingException e) {
            throw new MalformedException(type, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T checked(T value, Class<T> type) {
        if (value == null) {
            throw new MalformedException(type, null);
        }
        return value;
    }
}
