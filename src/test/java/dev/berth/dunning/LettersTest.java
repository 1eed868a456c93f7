package dev.berth.dunning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.dunning.Letters.Letter;
import dev.berth.dunning.Overdue.Unpaid;
import dev.berth.dunning.ladder.LadderStep;
import dev.berth.party.Language;
import dev.berth.units.InvoiceId;
import dev.berth.units.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every letter is in every language, says the same, and fits where it is kept. */
class LettersTest {
    private static final int LONGEST_SUBJECT = 200;
    private static final int LONGEST_BODY = 4_000;
    private static final Instant DUE = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant AT = Instant.parse("2026-03-22T16:05:00Z");
    private static final Unpaid UNPAID =
            new Unpaid(new InvoiceId(UUID.randomUUID()), "B2026-000017", "berth", DUE, Money.of("1234.50", "EUR"));

    private static Map<String, Letter> all(Language language, List<Unpaid> unpaid) {
        Letters letters = new Letters(language);
        Map<String, Letter> all = new LinkedHashMap<>();
        all.put("reminder", letters.reminder(unpaid.getFirst(), 2));
        all.put("deleted", letters.deleted(unpaid));
        all.put("resumed", letters.resumed());
        all.put("resumed before a charge", letters.resumedBeforeCharge(unpaid));
        all.put("promised", letters.promised(AT, unpaid));
        for (LadderStep step : LadderStep.values()) {
            all.put("announcement of " + step, letters.announcement(step, AT, unpaid));
            all.put("taken " + step, letters.taken(step, unpaid));
        }
        return all;
    }

    private static String written(Language language) {
        List<String> written = new ArrayList<>();
        all(language, List.of(UNPAID)).forEach((_, letter) -> written.add(letter.subject() + "\n" + letter.body()));
        return String.join("\n\n", written);
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyLetterIsWritten(Language language) {
        all(language, List.of(UNPAID)).forEach((name, letter) -> {
            assertFalse(letter.subject().isBlank() || letter.body().isBlank(), name);
            assertFalse((letter.subject() + letter.body()).contains("%"), letter::toString);
            boolean names = letter.body().contains("B2026-000017");
            assertEquals(!name.equals("resumed"), names, name);
        });
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void theLongestFitsWhereItIsKept(Language language) {
        List<Unpaid> many = Collections.nCopies(500, UNPAID);
        all(language, many).forEach((name, letter) -> {
            assertTrue(letter.subject().length() <= LONGEST_SUBJECT, name);
            assertTrue(letter.body().length() <= LONGEST_BODY, name);
        });
    }

    @Test
    void noneIsInAnotherLanguage() {
        Set<String> bodies = new HashSet<>();
        int letters = 0;
        for (Language language : Language.values()) {
            for (Letter letter : all(language, List.of(UNPAID)).values()) {
                assertTrue(bodies.add(letter.body()), letter::toString);
                letters++;
            }
        }
        assertEquals(letters, bodies.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EN | 1 March 2026  | 22 March 2026, 16:05 UTC         | 1,234.50 EUR      | If you have paid by now
            DE | 1. März 2026  | 22. März 2026 um 16:05 Uhr (UTC) | 1.234,50 EUR      | Falls Sie inzwischen bezahlt haben
            FR | 1 mars 2026   | 22 mars 2026 à 16:05 UTC         | 1\u202F234,50 EUR | Si vous avez payé entre-temps
            ES | 1 de marzo de 2026 | 22 de marzo de 2026 a las 16:05 UTC | 1.234,50 EUR | Si ya ha pagado
            """)
    void daysAndAmountsAreTheReaders(Language language, String day, String time, String amount, String words) {
        String written = written(language);

        for (String part : List.of(day, time, amount, words)) {
            assertTrue(written.contains(part), () -> part + " in " + written);
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyTextIsThereWithTheSameBlanks(Language language) {
        LetterWords english = LetterWords.of(Language.EN);
        LetterWords words = LetterWords.of(language);

        assertEquals(english.keys(), words.keys());
        for (String key : english.keys()) {
            assertEquals(blanks(english.get(key)), blanks(words.get(key)), key);
            assertFalse(words.get(key).isBlank(), key);
        }
    }

    private static List<String> blanks(String text) {
        return Pattern.compile("%[^%]")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    /** Pages and trails are English whoever reads the letters. */
    @Test
    void whatThePortalSaysIsEnglish() {
        assertEquals("Invoice B2026-000017 was due on 1 March 2026 and is not paid.", Letters.reason(UNPAID));
        assertEquals("your servers are shut down: disks and addresses are kept", Letters.means(LadderStep.STOP));
    }
}
