package dev.berth.party;

import dev.berth.account.Account;
import dev.berth.party.BillingProfile.VatProof;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.tax.Country;
import dev.berth.tax.VatId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Checks what an account says of itself. */
@ApplicationScoped
class ProfileCheck {
    /** What ids of taxpayers look like outside the EU. */
    private static final Pattern FOREIGN_ID = Pattern.compile("[A-Z0-9][A-Z0-9 ./-]{2,18}[A-Z0-9]");

    private final VatService vat;
    private final String defaultZone;

    ProfileCheck(
            VatService vat,
            @ConfigProperty(name = "berth.billing.time-zone", defaultValue = "UTC") String defaultZone) {
        this.vat = vat;
        this.defaultZone = defaultZone;
    }

    /** @throws Problem 422 naming every fault */
    BillingProfile checked(Account account, int version, Instant now, ProfileInput input) {
        InputFaults faults = new InputFaults();
        String name = faults.text("legalName", input.legalName(), 120);
        Optional<PostalAddress> address =
                new AddressInput(input.street(), input.postalCode(), input.city(), input.country()).checked(faults);
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        Optional<String> vatId = address.flatMap(a -> vatId(faults, input.vatId(), a.country(), today));
        String language = or(faults.optionalText("language", input.language(), 2), Language.EN.tag());
        faults.check(Language.known(language), "language", "is none of en, de, fr, es");
        String zone = or(faults.optionalText("timeZone", input.timeZone(), 60), defaultZone);
        faults.check(knownZone(zone), "timeZone", "is no time zone, such as Europe/Berlin");
        faults.throwIfAny();
        return new BillingProfile(
                account.id(),
                version,
                now,
                name,
                account.email(),
                address.orElseThrow(),
                vatId.map(VatProof::unchecked).orElse(VatProof.NONE),
                Language.of(language),
                ZoneId.of(zone));
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    private static boolean knownZone(String zone) {
        return ZoneId.getAvailableZoneIds().contains(zone);
    }

    Optional<String> vatId(InputFaults faults, @Nullable String given, Country country, LocalDate today) {
        String text = faults.optionalText("vatId", given, 30).toUpperCase(Locale.ROOT);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!vat.inTheUnion(country, today)) {
            faults.check(FOREIGN_ID.matcher(text).matches(), "vatId", "is not what a tax id looks like");
            return Optional.of(text);
        }
        Optional<VatId> id = VatId.parse(text);
        faults.check(
                id.isPresent(), "vatId", "is no VAT id: it begins with the country, and its check digit must be right");
        boolean fits =
                id.filter(i -> !i.country().equals(country.vatTerritory())).isEmpty();
        faults.check(fits, "vatId", "is of another country than the address");
        return id.map(VatId::toString);
    }
}
