package dev.berth.invoice;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Who sells, as it stands on invoices from now on. */
@ConfigMapping(prefix = "berth.seller")
public interface SellerSettings {
    /** Key of the number series' owner; never shown. */
    @WithDefault("berth")
    String key();

    @WithDefault("Berth Demo Hosting")
    String name();

    /** Lines separated by {@code ;}. */
    @WithDefault("1 Quay Street;10115 Berlin;Germany")
    String address();

    @WithDefault("DE000000000")
    String taxId();

    /** How to pay an open invoice. */
    @WithDefault("Bank transfer to DE00 0000 0000 0000 0000 00, naming the invoice number")
    String payment();

    /** VAT in hundredths of a percent. */
    @WithDefault("1900")
    int taxBasisPoints();

    /** Begins every invoice number. */
    @WithDefault("B")
    String series();

    @WithDefault("14")
    int dueDays();
}
