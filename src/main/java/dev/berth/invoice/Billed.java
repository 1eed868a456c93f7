package dev.berth.invoice;

import dev.berth.platform.Database;
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
 * customers at the house's prices; they are billed by its own plans, and not at all where they are on one of the house.
 * Whoever has nothing to do with such terms is billed for what he has.
 */
@ApplicationScoped
class Billed {
    private final SubscriptionStore subscriptions;
    private final Database database;

    Billed(SubscriptionStore subscriptions, Database database) {
        this.subscriptions = subscriptions;
        this.database = database;
    }

    /** Terms hold for periods that begin when they have begun. */
    private static boolean holds(Optional<Instant> terms, Period period) {
        return terms.filter(begins -> !begins.isAfter(period.from())).isPresent();
    }

    private Optional<Instant> terms(String where, AccountId account) {
        return database.one(
                "SELECT t.begins_at FROM wholesale_terms t " + where, row -> row.instant("begins_at"), account.value());
    }

    /** Whether a bill is the reseller's own business with its customer: none of the house's money. */
    boolean retail(AccountId account, Period period) {
        return holds(terms("JOIN account a ON a.reseller_id = t.reseller_id WHERE a.id = ?", account), period);
    }

    private boolean wholesale(AccountId account, Period period) {
        return holds(terms("WHERE t.reseller_id = ?", account), period);
    }

    /** Subscriptions with the plan version that the account is billed by. */
    List<Subscribed> of(AccountId account, Period period) {
        List<Subscribed> own = subscriptions.ofAccount(account, period);
        if (retail(account, period)) {
            return own.stream().filter(one -> below(one).isPresent()).toList();
        }
        if (!wholesale(account, period)) {
            return own;
        }
        List<Subscribed> all = new ArrayList<>(own);
        subscriptions.ofCustomers(account, period).stream()
                .map(one -> below(one).map(one::on).orElse(one))
                .forEach(all::add);
        return List.copyOf(all);
    }

    /** The house's version that a reseller's stands on; empty for one of the house. */
    private Optional<UUID> below(Subscribed one) {
        return database.one(
                "SELECT v.wholesale_version_id FROM plan_version v WHERE v.id = ?"
                        + " AND v.wholesale_version_id IS NOT NULL",
                row -> row.uuid("wholesale_version_id"),
                one.planVersion());
    }
}
