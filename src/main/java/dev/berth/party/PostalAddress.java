package dev.berth.party;

import dev.berth.platform.Row;
import dev.berth.tax.Country;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where a party is.
 *
 * @param street up to three lines; none where only the country is known
 * @param postalCode empty where there is none
 * @param city empty where only the country is known
 */
public record PostalAddress(List<String> street, String postalCode, String city, Country country) {
    public static final int MAX_LINES = 3;

    public PostalAddress {
        street = List.copyOf(street);
        if (street.size() > MAX_LINES) {
            throw new IllegalArgumentException("an address has %d lines of street".formatted(street.size()));
        }
    }

    /** All that is known is the country. */
    public static PostalAddress in(Country country) {
        return new PostalAddress(List.of(), "", "", country);
    }

    /** Columns street, postal_code, city and country. */
    public static PostalAddress of(Row row) {
        return new PostalAddress(
                row.text("street").lines().toList(),
                row.text("postal_code"),
                row.text("city"),
                new Country(row.text("country")));
    }

    /** As it is stored in the column street. */
    public String storedStreet() {
        return String.join("\n", street);
    }

    /** As it is written on a letter. */
    public List<String> lines(Locale language) {
        List<String> lines = new ArrayList<>(street);
        String town = (postalCode + " " + city).trim();
        if (!town.isEmpty()) {
            lines.add(town);
        }
        lines.add(country.name(language));
        return List.copyOf(lines);
    }
}
