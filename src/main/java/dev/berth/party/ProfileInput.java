package dev.berth.party;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an account says it is billed as.
 *
 * @param street one to three lines
 * @param country ISO 3166-1 alpha-2
 * @param vatId blanks, dots and dashes do not matter; empty for a consumer
 * @param language en, de, fr or es; en when missing
 * @param timeZone a name of the IANA time zone database; the portal's own when missing
 */
public record ProfileInput(
        @Nullable String legalName,
        @Nullable List<@Nullable String> street,
        @Nullable String postalCode,
        @Nullable String city,
        @Nullable String country,
        @Nullable String vatId,
        @Nullable String language,
        @Nullable String timeZone) {}
