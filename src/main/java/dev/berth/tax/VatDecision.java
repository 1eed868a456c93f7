package dev.berth.tax;

import dev.berth.tax.Supply.BuyerFacts;
import dev.berth.tax.Supply.SellerFacts;
import java.time.LocalDate;
import java.util.Optional;

/**
 * The VAT of electronically supplied services, to which hosting belongs (Implementing Regulation 282/2011, Annex I (1)): due
 * where the customer is (Directive 2006/112/EC, Articles 44 and 58), with what Articles 59c, 196 and 284 except.
 */
public final class VatDecision {
    private final VatRates rates;

    public VatDecision(VatRates rates) {
        this.rates = rates;
    }

    /** @throws IllegalArgumentException for a day before the table of rates begins */
    public Treatment of(Supply supply) {
        SellerFacts seller = supply.seller();
        Country home = seller.country().vatTerritory();
        Country there = supply.buyer().country().vatTerritory();
        if (seller.scheme() == VatScheme.SMALL_ENTERPRISE) {
            return new Treatment(VatRule.SMALL_ENTERPRISE, home, 0);
        }
        if (home.equals(there)) {
            return atHome(seller, VatRule.DOMESTIC, supply.date());
        }
        return rates.member(there, supply.date())
                ? intoTheUnion(supply, there)
                : outOfTheUnion(home, there, supply.date());
    }

    private Treatment atHome(SellerFacts seller, VatRule rule, LocalDate date) {
        Country home = seller.country().vatTerritory();
        Optional<Integer> rate = seller.homeBasisPoints().or(() -> rates.standard(home, date));
        return rate.map(basisPoints -> new Treatment(rule, home, basisPoints))
                .orElseGet(() -> new Treatment(VatRule.OUT_OF_SCOPE, home, 0));
    }

    private Treatment intoTheUnion(Supply supply, Country there) {
        SellerFacts seller = supply.seller();
        BuyerFacts buyer = supply.buyer();
        if (buyer.vatId() == VatStatus.VALID) {
            return new Treatment(VatRule.REVERSE_CHARGE, there, 0);
        }
        if (seller.oneStopShop()) {
            int rate = rates.standard(there, supply.date()).orElseThrow();
            return new Treatment(VatRule.ONE_STOP_SHOP, there, rate);
        }
        boolean union = rates.member(seller.country().vatTerritory(), supply.date());
        return union
                ? atHome(seller, VatRule.BELOW_THRESHOLD, supply.date())
                : new Treatment(VatRule.OUT_OF_SCOPE, there, 0);
    }

    private Treatment outOfTheUnion(Country home, Country there, LocalDate date) {
        VatRule rule = rates.member(home, date) ? VatRule.EXPORT : VatRule.OUT_OF_SCOPE;
        return new Treatment(rule, there, 0);
    }
}
