package dev.berth.party;

import dev.berth.account.Account;
import dev.berth.party.Seller.Terms;
import dev.berth.party.Seller.Vat;
import dev.berth.party.SellerStore.Origin;
import dev.berth.party.SellerStore.Written;
import dev.berth.platform.Transactions;
import dev.berth.tax.Country;
import dev.berth.tax.VatScheme;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Who sells to whom. The operator's seller comes from the configuration until a person changes it in the portal. */
@ApplicationScoped
public class Sellers {
    private final SellerStore store;
    private final SellerSettings settings;
    private final Transactions transactions;
    private final InstantSource clock;

    Sellers(SellerStore store, SellerSettings settings, Transactions transactions, InstantSource clock) {
        this.store = store;
        this.settings = settings;
        this.transactions = transactions;
        this.clock = clock;
    }

    void start(@Observes @Priority(50) StartupEvent event) {
        transactions.run(this::configure);
    }

    /** Writes a version where the configuration says something else than the last one it wrote. Replicas do it once. */
    void configure() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        store.make(settings.key(), Optional.empty(), now);
        Optional<Written> last = store.last(settings.key());
        Seller configured = configured(last.map(w -> w.seller().version()).orElse(0) + 1, now);
        boolean news = last.isEmpty()
                || (last.get().origin() == Origin.CONFIGURATION
                        && !same(last.get().seller(), configured));
        if (news) {
            store.takeSeries(settings.key(), settings.series());
            store.write(configured, Origin.CONFIGURATION);
        }
    }

    private static boolean same(Seller one, Seller other) {
        return one.name().equals(other.name())
                && one.address().equals(other.address())
                && one.vat().equals(other.vat())
                && one.terms().equals(other.terms());
    }

    private Seller configured(int version, Instant at) {
        PostalAddress address = new PostalAddress(
                List.of(settings.address().split(" *; *", -1)),
                settings.postalCode(),
                settings.city(),
                new Country(settings.country()));
        Vat vat = new Vat(
                settings.taxId().filter(id -> !id.isBlank()),
                Optional.empty(),
                VatScheme.STANDARD,
                settings.oneStopShop(),
                settings.taxBasisPoints());
        Terms terms = new Terms(
                settings.payment(),
                settings.iban(),
                settings.bic(),
                settings.series(),
                settings.dueDays(),
                settings.mailSender());
        return new Seller(settings.key(), Optional.empty(), version, at, settings.name(), address, vat, terms);
    }

    /** The operator of this installation. */
    public Seller operator() {
        return store.at(settings.key(), clock.instant()).orElseThrow();
    }

    /** Who invoices an account for what begins now: its reseller once that has wholesale terms, else the operator. */
    public Seller of(Account account) {
        Instant now = clock.instant();
        return account.resellerId()
                .filter(reseller -> store.resells(reseller, now))
                .map(this::reseller)
                .orElseGet(this::operator);
    }

    /** A reseller with wholesale terms has a seller. */
    public Seller reseller(UUID reseller) {
        return ofReseller(reseller).orElseThrow();
    }

    /** A version as it was; empty for one that never was. */
    public Optional<Seller> version(String key, int version) {
        return store.version(key, version);
    }

    /** What a reseller invoices its own customers as. */
    public Optional<Seller> ofReseller(UUID reseller) {
        return store.ofAccount(reseller, clock.instant());
    }
}
