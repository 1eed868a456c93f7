package dev.berth.party;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a seller is to be from now on, or later.
 *
 * @param accountId only for a new one: the reseller's
 * @param vatId of the seller's own country
 * @param smallEnterprise exempt from VAT; false when missing
 * @param homeBasisPoints VAT at home where it is not the table's, such as outside the EU
 * @param series begins every invoice number; for ever only this seller's
 * @param validFrom now when missing
 * @param reason stands in the trail
 */
public record SellerInput(
        @Nullable String accountId,
        @Nullable String name,
        @Nullable List<@Nullable String> street,
        @Nullable String postalCode,
        @Nullable String city,
        @Nullable String country,
        @Nullable String vatId,
        @Nullable String taxNumber,
        @Nullable Boolean smallEnterprise,
        @Nullable Boolean oneStopShop,
        @Nullable Integer homeBasisPoints,
        @Nullable String payment,
        @Nullable String iban,
        @Nullable String bic,
        @Nullable String series,
        @Nullable Integer dueDays,
        @Nullable String mailSender,
        @Nullable Instant validFrom,
        @Nullable String reason) {}
