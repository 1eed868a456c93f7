package dev.berth.tax;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A VAT identification number of an EU country: prefix and number without blanks. Its form is right and, where the country's
 * check digit is checked here, that too; whether it was ever given to anybody only a register knows.
 *
 * <p>Forms: European Commission, VIES frequently asked questions, "What is the format of a VAT number?".
 *
 * @param prefix two letters: the country's code, but EL for Greece
 */
public record VatId(String prefix, String number) {
    private static final Map<String, Pattern> FORMS = Map.ofEntries(
            form("AT", "U\\d{8}"),
            form("BE", "[01]\\d{9}"),
            form("BG", "\\d{9,10}"),
            form("CY", "\\d{8}[A-Z]"),
            form("CZ", "\\d{8,10}"),
            form("DE", "[1-9]\\d{8}"),
            form("DK", "\\d{8}"),
            form("EE", "\\d{9}"),
            form("EL", "\\d{9}"),
            form("ES", "[A-Z0-9]\\d{7}[A-Z0-9]"),
            form("FI", "\\d{8}"),
            form("FR", "[A-HJ-NP-Z0-9]{2}\\d{9}"),
            form("HR", "\\d{11}"),
            form("HU", "\\d{8}"),
            form("IE", "\\d[A-Z0-9+*]\\d{5}[A-Z]{1,2}"),
            form("IT", "\\d{11}"),
            form("LT", "(\\d{9}|\\d{12})"),
            form("LU", "\\d{8}"),
            form("LV", "\\d{11}"),
            form("MT", "\\d{8}"),
            form("NL", "[A-Z0-9+*]{12}"),
            form("PL", "\\d{10}"),
            form("PT", "\\d{9}"),
            form("RO", "\\d{2,10}"),
            form("SE", "\\d{12}"),
            form("SI", "\\d{8}"),
            form("SK", "\\d{10}"));

    private static Map.Entry<String, Pattern> form(String prefix, String number) {
        return Map.entry(prefix, Pattern.compile(number));
    }

    public VatId {
        Pattern form = FORMS.get(prefix);
        if (form == null || !form.matcher(number).matches() || !VatCheckDigits.right(prefix, number)) {
            throw new IllegalArgumentException("%s%s is no VAT id".formatted(prefix, number));
        }
    }

    /** Reads one as people write it: {@code de 136.695-976}. Empty for what cannot be a VAT id of the EU. */
    public static Optional<VatId> parse(String text) {
        String plain = text.toUpperCase(Locale.ROOT).replaceAll("[\\s.\\-/]", "");
        if (plain.length() < 4 || plain.length() > 14) {
            return Optional.empty();
        }
        try {
            return Optional.of(new VatId(plain.substring(0, 2), plain.substring(2)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The country whose VAT it is for. */
    public Country country() {
        return new Country(prefix.equals("EL") ? "GR" : prefix);
    }

    @Override
    public String toString() {
        return prefix + number;
    }
}
