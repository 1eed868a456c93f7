package dev.berth.party;

import dev.berth.platform.Row;
import dev.berth.tax.Supply.SellerFacts;
import dev.berth.tax.VatScheme;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Who sells, as it stands on invoices from {@code validFrom} on.
 *
 * @param key owner of the number series; never shown
 * @param account the reseller's; empty for the operator of this installation
 */
public record Seller(
        String key,
        Optional<UUID> account,
        int version,
        Instant validFrom,
        String name,
        PostalAddress address,
        Vat vat,
        Terms terms) {

    /**
     * @param id VAT id
     * @param taxNumber of the national tax office, where there is no VAT id
     * @param homeBasisPoints rate at home before that of the table of rates
     */
    public record Vat(
            Optional<String> id,
            Optional<String> taxNumber,
            VatScheme scheme,
            boolean oneStopShop,
            Optional<Integer> homeBasisPoints) {}

    /**
     * @param payment how to pay an open invoice, in words
     * @param series begins every invoice number
     * @param mailSender address that invoices are sent from
     */
    public record Terms(
            String payment,
            Optional<String> iban,
            Optional<String> bic,
            String series,
            int dueDays,
            Optional<String> mailSender) {}

    /** What decides the tax. */
    public SellerFacts taxed() {
        return new SellerFacts(address.country(), vat.scheme(), vat.oneStopShop(), vat.homeBasisPoints());
    }

    public boolean smallEnterprise() {
        return vat.scheme() == VatScheme.SMALL_ENTERPRISE;
    }

    static Seller of(Row row) {
        return new Seller(
                row.text("seller_key"),
                row.optionalUuid("account_id"),
                row.integer("version"),
                row.instant("valid_from"),
                row.text("name"),
                PostalAddress.of(row),
                new Vat(
                        row.optionalText("vat_id"),
                        row.optionalText("tax_number"),
                        row.constant("vat_scheme", VatScheme.class),
                        row.flag("one_stop_shop"),
                        row.optionalNumber("home_basis_points").map(Math::toIntExact)),
                new Terms(
                        row.text("payment"),
                        row.optionalText("iban"),
                        row.optionalText("bic"),
                        row.text("series"),
                        row.integer("due_days"),
                        row.optionalText("mail_sender")));
    }
}
