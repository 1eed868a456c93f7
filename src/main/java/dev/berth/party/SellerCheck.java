package dev.berth.party;

import dev.berth.party.Seller.Terms;
import dev.berth.party.Seller.Vat;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.tax.Country;
import dev.berth.tax.VatScheme;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks what a person says of a seller. */
@ApplicationScoped
class SellerCheck {
    private static final Pattern SERIES = Pattern.compile("[A-Z0-9][A-Z0-9-]{0,9}");
    private static final Pattern IBAN = Pattern.compile("[A-Z]{2}\\d{2}[A-Z0-9]{11,30}");
    private static final Pattern BIC = Pattern.compile("[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?");
    private static final Pattern MAIL = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,189}");
    private static final BigInteger NINETY_SEVEN = BigInteger.valueOf(97);
    private static final int MOST_DUE_DAYS = 365;

    private final ProfileCheck profiles;

    SellerCheck(ProfileCheck profiles) {
        this.profiles = profiles;
    }

    /**
     * Which seller a version is of.
     *
     * @param known its VAT id so far, which is not checked again
     */
    record Subject(String key, Optional<UUID> account, int version, Instant from, Optional<String> known) {}

    /** @throws Problem 422 naming every fault */
    Seller checked(Subject subject, SellerInput input) {
        InputFaults faults = new InputFaults();
        String name = faults.text("name", input.name(), 120);
        Optional<PostalAddress> address =
                new AddressInput(input.street(), input.postalCode(), input.city(), input.country()).checked(faults);
        Vat vat = vat(faults, input, subject, address.map(PostalAddress::country));
        Terms terms = terms(faults, input);
        faults.text("reason", input.reason(), 500);
        faults.throwIfAny();
        return new Seller(
                subject.key(),
                subject.account(),
                subject.version(),
                subject.from(),
                name,
                address.orElseThrow(),
                vat,
                terms);
    }

    private Vat vat(InputFaults faults, SellerInput input, Subject subject, Optional<Country> country) {
        LocalDate day = LocalDate.ofInstant(subject.from(), ZoneOffset.UTC);
        String given = faults.optionalText("vatId", input.vatId(), 20);
        Optional<String> id = subject.known()
                .filter(given::equals)
                .or(() -> country.flatMap(c -> profiles.vatId(faults, given, c, day)));
        Optional<String> taxNumber = text(faults, "taxNumber", input.taxNumber(), 40);
        Optional<Integer> rate = Optional.ofNullable(input.homeBasisPoints());
        faults.check(rate.filter(r -> r < 0 || r > 10_000).isEmpty(), "homeBasisPoints", "must be from 0 to 10000");
        VatScheme scheme =
                Boolean.TRUE.equals(input.smallEnterprise()) ? VatScheme.SMALL_ENTERPRISE : VatScheme.STANDARD;
        return new Vat(id, taxNumber, scheme, Boolean.TRUE.equals(input.oneStopShop()), rate);
    }

    private static Terms terms(InputFaults faults, SellerInput input) {
        Optional<String> iban = text(faults, "iban", input.iban(), 42).map(SellerCheck::plain);
        faults.check(iban.filter(i -> !isIban(i)).isEmpty(), "iban", "is no IBAN: check its digits");
        Optional<String> bic = text(faults, "bic", input.bic(), 11).map(SellerCheck::plain);
        faults.check(bic.filter(b -> !BIC.matcher(b).matches()).isEmpty(), "bic", "is no BIC");
        String series = faults.text("series", input.series(), 10).toUpperCase(Locale.ROOT);
        faults.check(
                series.isEmpty() || SERIES.matcher(series).matches(), "series", "is of letters, digits and dashes");
        Optional<String> sender = text(faults, "mailSender", input.mailSender(), 254);
        faults.check(sender.filter(s -> !MAIL.matcher(s).matches()).isEmpty(), "mailSender", "is not an address");
        Integer days = input.dueDays();
        boolean sane = days != null && days >= 0 && days <= MOST_DUE_DAYS;
        faults.check(sane, "dueDays", "must be from 0 to " + MOST_DUE_DAYS);
        return new Terms(
                faults.text("payment", input.payment(), 200), iban, bic, series, days == null ? 0 : days, sender);
    }

    private static Optional<String> text(InputFaults faults, String field, @Nullable String value, int max) {
        return Optional.of(faults.optionalText(field, value, max)).filter(text -> !text.isEmpty());
    }

    private static String plain(String text) {
        return text.replace(" ", "").toUpperCase(Locale.ROOT);
    }

    /** ISO 13616: MOD 97 of the number with its first four characters at the end, letters as numbers from 10 on, is 1. */
    static boolean isIban(String iban) {
        if (!IBAN.matcher(iban).matches()) {
            return false;
        }
        StringBuilder digits = new StringBuilder();
        (iban.substring(4) + iban.substring(0, 4)).chars().forEach(c -> digits.append(Character.digit(c, 36)));
        return new BigInteger(digits.toString()).mod(NINETY_SEVEN).intValue() == 1;
    }
}
