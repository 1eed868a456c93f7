package dev.berth.party;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Who sells, until staff say it in the portal. */
@ConfigMapping(prefix = "berth.seller")
public interface SellerSettings {
    /** Key of the number series' owner; never shown. */
    @WithDefault("berth")
    String key();

    @WithDefault("Berth Demo Hosting")
    String name();

    /** Street and number; lines separated by {@code ;}. */
    @WithDefault("1 Quay Street")
    String address();

    @WithDefault("10115")
    String postalCode();

    @WithDefault("Berlin")
    String city();

    /** ISO 3166-1 alpha-2. */
    @WithDefault("DE")
    String country();

    /** VAT id; none when empty. */
    @WithDefault("DE000000000")
    Optional<String> taxId();

    /** How to pay an open invoice. */
    @WithDefault("Bank transfer to DE00 0000 0000 0000 0000 00, naming the invoice number")
    String payment();

    Optional<String> iban();

    Optional<String> bic();

    /** VAT at home in hundredths of a percent; without it that of the table of rates. */
    Optional<Integer> taxBasisPoints();

    /** Whether tax of consumers elsewhere in the EU is declared through the One-Stop-Shop. */
    @WithDefault("false")
    boolean oneStopShop();

    /** Begins every invoice number. */
    @WithDefault("B")
    String series();

    @WithDefault("14")
    int dueDays();

    /** Address that invoices are sent from. */
    Optional<String> mailSender();
}
