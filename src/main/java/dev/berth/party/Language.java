package dev.berth.party;

import java.util.Locale;

/** Languages in which invoices and letters are written. */
public enum Language {
    EN,
    DE,
    FR,
    ES;

    /** ISO 639-1, as it is stored. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Locale locale() {
        return Locale.of(tag());
    }

    public static Language of(String tag) {
        return valueOf(tag.toUpperCase(Locale.ROOT));
    }

    public static boolean known(String tag) {
        for (Language language : values()) {
            if (language.tag().equals(tag)) {
                return true;
            }
        }
        return false;
    }
}
