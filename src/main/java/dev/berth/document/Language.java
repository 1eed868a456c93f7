package dev.berth.document;

import java.util.Locale;

/** A language that documents and letters are written in, with the country whose numbers and dates it uses. */
public enum Language {
    EN(Locale.UK),
    DE(Locale.GERMANY),
    FR(Locale.FRANCE),
    ES(Locale.of("es", "ES"));

    private final Locale locale;

    Language(Locale locale) {
        this.locale = locale;
    }

    public Locale locale() {
        return locale;
    }

    /** ISO 639-1. */
    public String tag() {
        return locale.getLanguage();
    }

    /** @return English for a language that is not among these */
    public static Language of(String tag) {
        for (Language language : values()) {
            if (language.tag().equals(tag)) {
                return language;
            }
        }
        return EN;
    }
}
