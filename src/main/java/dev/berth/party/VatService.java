package dev.berth.party;

import dev.berth.tax.Country;
import dev.berth.tax.Supply;
import dev.berth.tax.Treatment;
import dev.berth.tax.VatDecision;
import dev.berth.tax.VatRates;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Decides the VAT between two parties, by the published rates and those the operator added. */
@ApplicationScoped
public class VatService {
    private final VatRates rates;
    private final VatDecision decision;

    VatService(@ConfigProperty(name = "berth.vat.rates") Optional<List<String>> added) {
        this.rates = VatRates.with(added.orElse(List.of()));
        this.decision = new VatDecision(rates);
    }

    /** @param date last day of the service */
    public Treatment treatment(Seller seller, BillingProfile buyer, LocalDate date) {
        return decide(new Supply(seller.taxed(), buyer.taxed(), date));
    }

    public Treatment decide(Supply supply) {
        return decision.of(supply);
    }

    public boolean inTheUnion(Country country, LocalDate date) {
        return rates.member(country, date);
    }

    public VatRates rates() {
        return rates;
    }
}
