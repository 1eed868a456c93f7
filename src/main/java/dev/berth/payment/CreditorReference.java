package dev.berth.payment;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A structured creditor reference (ISO 11649): {@code RF}, two check digits, then at most 21 letters and digits. Banks carry
 * it through unchanged, and the check digits show what was mistyped.
 *
 * @param body without {@code RF} and check digits
 */
public record CreditorReference(String body) {
    private static final Pattern BODY = Pattern.compile("[A-Z0-9]{1,21}");
    private static final Pattern WHOLE = Pattern.compile("RF[0-9]{2}[A-Z0-9]{1,21}");
    private static final int MAX_BODY = 21;
    private static final BigInteger MODULUS = BigInteger.valueOf(97);
    private static final long LOW_BITS = 0x3FFF_FFFF_FFFF_FFFFL;

    public CreditorReference {
        if (!BODY.matcher(body).matches()) {
            throw new IllegalArgumentException("'%s' is no body of a creditor reference".formatted(body));
        }
    }

    /** Of an invoice's number: what is neither letter nor digit is left out. The database computes the same. */
    public static CreditorReference ofLabel(String label) {
        String body = label.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        return new CreditorReference(body.substring(0, Math.min(body.length(), MAX_BODY)));
    }

    /** Of an account, for money that is for no invoice: K and the random half of its id. */
    static CreditorReference ofAccount(UUID account) {
        return new CreditorReference("K"
                + Long.toString(account.getLeastSignificantBits() & LOW_BITS, 36)
                        .toUpperCase(Locale.ROOT));
    }

    /** Reads one as people and banks write it: spaces and small letters are allowed, wrong check digits are not. */
    public static Optional<CreditorReference> parse(String text) {
        String compact = text.replaceAll("\\s", "").toUpperCase(Locale.ROOT);
        if (!WHOLE.matcher(compact).matches()) {
            return Optional.empty();
        }
        CreditorReference read = new CreditorReference(compact.substring(4));
        return read.toString().equals(compact) ? Optional.of(read) : Optional.empty();
    }

    /** In groups of four, as it is printed. */
    public String printed() {
        return toString().replaceAll("(.{4})(?=.)", "$1 ");
    }

    @Override
    public String toString() {
        int check = 98 - digits(body + "RF00").mod(MODULUS).intValueExact();
        return "RF%02d%s".formatted(check, body);
    }

    /** Letters as two digits, A = 10. */
    private static BigInteger digits(String text) {
        StringBuilder digits = new StringBuilder();
        text.chars().forEach(c -> digits.append(Character.digit(c, 36)));
        return new BigInteger(digits.toString());
    }
}
