package dev.berth.invoice;

import dev.berth.account.Account;
import dev.berth.invoice.Invoice.Parties;
import dev.berth.party.BillingProfile;
import dev.berth.party.BillingProfiles;
import dev.berth.party.Seller;
import dev.berth.party.Sellers;
import dev.berth.party.VatService;
import dev.berth.tax.Supply;
import dev.berth.tax.Supply.BuyerFacts;
import dev.berth.tax.Treatment;
import dev.berth.units.AccountId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Who an invoice is from and to, and which VAT that means. */
@ApplicationScoped
class Taxation {
    private final Sellers sellers;
    private final BillingProfiles profiles;
    private final VatService vat;
    private final Billed billed;

    Taxation(Sellers sellers, BillingProfiles profiles, VatService vat, Billed billed) {
        this.billed = billed;
        this.sellers = sellers;
        this.profiles = profiles;
        this.vat = vat;
    }

    /** As things are now; an invoice keeps it. */
    record Taxed(Seller seller, Parties parties, Treatment treatment) {}

    Taxed of(Account account, Span span) {
        Seller seller = seller(account, span);
        BillingProfile buyer = profiles.of(account, seller);
        return new Taxed(seller, Parties.of(seller, buyer), vat.treatment(seller, buyer, span.lastDay()));
    }

    /** Whose the money is: a reseller issues what it is billed for below, and nothing else. */
    private Seller seller(Account account, Span span) {
        return account.resellerId()
                .filter(_ -> billed.retail(new AccountId(account.id()), span.period()))
                .map(sellers::reseller)
                .orElseGet(sellers::operator);
    }

    /** What the parties as an invoice has them mean; empty for an invoice from before there were snapshots of both. */
    Optional<Treatment> again(Invoice invoice) {
        Invoice.SellerParty seller = invoice.parties().seller();
        Invoice.BuyerParty buyer = invoice.parties().buyer();
        return sellers.version(seller.key(), seller.version())
                .map(version -> vat.decide(new Supply(
                        version.taxed(),
                        new BuyerFacts(buyer.address().country(), buyer.vat().status()),
                        Span.lastDay(invoice.period(), invoice.zone()))));
    }
}
