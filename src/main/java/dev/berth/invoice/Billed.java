package dev.berth.invoice;

import dev.berth.platform.Database;
import dev.berth.platform.Memo;
import dev.berth.units.AccountId;
import dev.berth.units.Period;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Which subscriptions stand on an account's bill, and at whose prices. A reseller with wholesale terms is billed for its
 * customers at the house's prices, from the moment on when the house no longer bills each of them; they are billed by its own plans, and
 * not at all where they are on one of the house. Everybody else is billed for what is his own, always at the house's prices: also who went on a reseller's plan before the
 * terms hold.
 */
@ApplicationScoped
class Billed {
    private final SubscriptionStore subscriptions;
    private final Database database;

    Billed(SubscriptionStore subscriptions, Database database) {
        this.subscriptions = subscriptions;
        this.database = database;
    }

    /** Terms hold for a customer's periods that begin when they have begun. */
    private static boolean holds(Optional<Instant> terms, Period period) {
        return terms.filter(begins -> !begins.isAfter(period.from())).isPresent();
    }

    /**
     * When wholesale terms begin.
     *
     * @param own the account's
     * @param above those of the account's reseller
     */
    private record Terms(Optional<Instant> own, Optional<Instant> above) {}

    private Terms terms(AccountId account) {
        return Memo.once(
                Terms.class,
                account,
                () -> database.one(
                                "SELECT o.begins_at AS own, u.begins_at AS above FROM account a"
                                        + " LEFT JOIN wholesale_terms o ON o.reseller_id = a.id"
                                        + " LEFT JOIN wholesale_terms u ON u.reseller_id = a.reseller_id WHERE a.id = ?",
                                row -> new Terms(row.optionalInstant("own"), row.optionalInstant("above")),
                                account.value())
                        .orElseThrow());
    }

    /** Whether a bill is the reseller's own business with its customer: none of the house's money. */
    boolean retail(AccountId account, Period period) {
        return holds(terms(account).above(), period);
    }

    private record Asked(AccountId account, Period period) {}

    /** Subscriptions with the plan version that the account is billed by. */
    List<Subscribed> of(AccountId account, Period period) {
        return Memo.once(Billed.class, new Asked(account, period), () -> read(account, period));
    }

    /** The same of one VPS that is the account's own. */
    List<Subscribed> ofVps(AccountId account, UUID vpsId, Period period) {
        List<Subscribed> own = subscriptions.ofVps(vpsId, period).stream()
                .filter(one -> one.account().equals(account))
                .toList();
        return priced(account, own, period);
    }

    private List<Subscribed> read(AccountId account, Period period) {
        List<Subscribed> all = new ArrayList<>(subscriptions.ofAccount(account, period));
        boolean resells = terms(account)
                .own()
                .filter(begin -> begin.isBefore(period.to()))
                .isPresent();
        if (resells) {
            // their months need not be the reseller's
            subscriptions.ofCustomers(account, period).stream()
                    .filter(one -> one.within(period).isPresent())
                    .forEach(all::add);
        }
        return priced(account, all, period);
    }

    private List<Subscribed> priced(AccountId account, List<Subscribed> subscribed, Period period) {
        return retail(account, period)
                ? subscribed.stream().filter(one -> one.wholesale().isPresent()).toList()
                : subscribed.stream().map(Subscribed::atWholesale).toList();
    }
}
