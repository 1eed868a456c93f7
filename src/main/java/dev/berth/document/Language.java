package dev.berth.document;

import dev.berth.units.Money;
import java.text.NumberFormat;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
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

    /** As it is written out: {@code 1. März 2026}. */
    public String day(LocalDate date) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(locale)
                .format(date);
    }

    /** {@code 1.234,56 EUR}, which no line break parts. */
    public String amount(Money money) {
        return number(money) + "\u00A0" + money.currency().getCurrencyCode();
    }

    /** With all decimals of its currency, without its name. */
    public String number(Money money) {
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        int decimals = money.currency().getDefaultFractionDigits();
        format.setMinimumFractionDigits(decimals);
        format.setMaximumFractionDigits(decimals);
        return format.format(money.decimal());
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
