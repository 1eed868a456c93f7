package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The portal's pages are in English: what is written in another language does not name them. */
class TitlesInMailsTest {
    private static final Path RESOURCES = Path.of("src/main/resources");
    /** Of two words or more: one alone may be a word of that language. */
    private static final Pattern TITLE = Pattern.compile("\\{#title}([^{]+ [^{]+)\\{/title}");

    private static Set<String> titles() {
        try (Stream<Path> templates = Files.walk(RESOURCES.resolve("templates"))) {
            return templates
                    .filter(Files::isRegularFile)
                    .map(TitlesInMailsTest::read)
                    .map(TITLE::matcher)
                    .filter(Matcher::find)
                    .map(title -> title.group(1))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "fr", "es"})
    void noTitleOfAPageStandsInThem(String language) {
        Set<String> titles = titles();
        assertTrue(titles.contains("Payments and wallet"), titles::toString);
        for (String file : List.of("documents/texts_%s.properties", "dunning/letters_%s.properties")) {
            String written = read(RESOURCES.resolve(file.formatted(language)));
            titles.forEach(title -> assertFalse(written.contains(title), () -> title + " in " + file));
        }
    }
}
