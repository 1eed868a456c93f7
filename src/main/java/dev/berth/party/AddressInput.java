package dev.berth.party;

import dev.berth.platform.InputFaults;
import dev.berth.tax.Country;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An address as it came from outside. */
record AddressInput(
        @Nullable List<@Nullable String> street,
        @Nullable String postalCode,
        @Nullable String city,
        @Nullable String country) {
    private static final int MAX_LINE = 90;

    /** Empty, with faults, where something is missing or wrong. */
    Optional<PostalAddress> checked(InputFaults faults) {
        List<String> lines = lines(faults);
        String code = faults.optionalText("postalCode", postalCode, 20);
        String town = faults.text("city", city, 80);
        Optional<Country> where = country(faults);
        if (where.isEmpty() || lines.isEmpty() || lines.size() > PostalAddress.MAX_LINES) {
            return Optional.empty();
        }
        return Optional.of(new PostalAddress(lines, code, town, where.get()));
    }

    private List<String> lines(InputFaults faults) {
        List<String> lines = new ArrayList<>();
        for (@Nullable String line : street == null ? List.<@Nullable String>of() : street) {
            String text = faults.optionalText("street", line, MAX_LINE);
            if (!text.isEmpty()) {
                lines.add(text);
            }
        }
        faults.check(!lines.isEmpty(), "street", "is missing");
        faults.check(
                lines.size() <= PostalAddress.MAX_LINES,
                "street",
                "has more than %d lines".formatted(PostalAddress.MAX_LINES));
        return lines;
    }

    private Optional<Country> country(InputFaults faults) {
        String code = faults.text("country", country, 2).toUpperCase(Locale.ROOT);
        boolean known = Country.known(code);
        faults.check(known || code.isEmpty(), "country", "is no country code of ISO 3166-1, such as DE");
        return known ? Optional.of(new Country(code)) : Optional.empty();
    }
}
