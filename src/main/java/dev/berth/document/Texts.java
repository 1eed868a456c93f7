package dev.berth.document;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The words of documents and letters in one language, from {@code documents/texts_<language>.properties}. There is no falling back to another
 * language: every key is in every file, which a test holds.
 */
public final class Texts {
    private static final Map<Language, Texts> ALL = new EnumMap<>(Language.class);

    static {
        for (Language language : Language.values()) {
            ALL.put(language, new Texts(language));
        }
    }

    private final Language language;
    private final Properties words = new Properties();

    private Texts(Language language) {
        this.language = language;
        String file = "/documents/texts_" + language.tag() + ".properties";
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(Texts.class.getResourceAsStream(file), file), StandardCharsets.UTF_8)) {
            words.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    public static Texts of(Language language) {
        Texts texts = ALL.get(language);
        if (texts == null) {
            throw new IllegalStateException("no texts in " + language);
        }
        return texts;
    }

    /**
     * @param values in place of {@code %s} and {@code %2$s}
     * @throws IllegalArgumentException for a key that is not there
     */
    public String get(String key, Object... values) {
        @Nullable String text = words.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("no text '%s' in %s".formatted(key, language));
        }
        return values.length == 0 ? text : text.formatted(values);
    }

    public Set<String> keys() {
        return new TreeSet<>(words.stringPropertyNames());
    }
}
