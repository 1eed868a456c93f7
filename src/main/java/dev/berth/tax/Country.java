package dev.berth.tax;

import java.util.Locale;
import java.util.Set;

/** A country or territory by its code of ISO 3166-1 alpha-2. */
public record Country(String code) implements Comparable<Country> {
    private static final Set<String> CODES = Set.of(Locale.getISOCountries());

    public Country {
        if (!known(code)) {
            throw new IllegalArgumentException("'%s' is no country code of ISO 3166-1".formatted(code));
        }
    }

    public static boolean known(String code) {
        return CODES.contains(code);
    }

    /** Whose VAT applies there: Monaco's is that of France (Directive 2006/112/EC, Article 7). */
    public Country vatTerritory() {
        return code.equals("MC") ? new Country("FR") : this;
    }

    /** Its name in a language. */
    public String name(Locale language) {
        return Locale.of("", code).getDisplayCountry(language);
    }

    @Override
    public int compareTo(Country other) {
        return code.compareTo(other.code);
    }

    @Override
    public String toString() {
        return code;
    }
}
