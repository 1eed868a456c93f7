package dev.berth.dunning;

import dev.berth.party.Language;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The words of letters in one language, from {@code dunning/letters_<language>.properties}. There is no falling back to another language: every
 * key is in every file, which a test holds. Documents keep theirs in their own package, which this one must not know.
 */
final class LetterWords {
    private static final Map<Language, LetterWords> ALL =
            Stream.of(Language.values()).collect(Collectors.toMap(Function.identity(), LetterWords::new));

    private final Language language;
    private final Properties words = new Properties();

    private LetterWords(Language language) {
        this.language = language;
        String file = "/dunning/letters_" + language.tag() + ".properties";
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(LetterWords.class.getResourceAsStream(file), file), StandardCharsets.UTF_8)) {
            words.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    static LetterWords of(Language language) {
        return Objects.requireNonNull(ALL.get(language));
    }

    /** @throws IllegalArgumentException for a key that is not there */
    String get(String key, Object... values) {
        @Nullable String text = words.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("no words '%s' in %s".formatted(key, language));
        }
        return values.length == 0 ? text : text.formatted(values);
    }

    Set<String> keys() {
        return new TreeSet<>(words.stringPropertyNames());
    }
}
