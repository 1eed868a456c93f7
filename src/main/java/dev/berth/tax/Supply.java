package dev.berth.tax;

import java.time.LocalDate;
import java.util.Optional;

/**
 * Everything that decides the VAT of a service.
 *
 * @param date the last day of the service
 */
public record Supply(SellerFacts seller, BuyerFacts buyer, LocalDate date) {
    /**
     * @param oneStopShop whether it declares the tax of consumers elsewhere in the EU through the One-Stop-Shop
     * @param homeBasisPoints rate at home where the table has none, as outside the EU; before the table's where it has
     */
    public record SellerFacts(
            Country country, VatScheme scheme, boolean oneStopShop, Optional<Integer> homeBasisPoints) {}

    public record BuyerFacts(Country country, VatStatus vatId) {}
}
