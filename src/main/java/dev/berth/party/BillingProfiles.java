package dev.berth.party;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.party.BillingProfile.VatProof;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.tax.VatId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What accounts are billed as, now and before. */
@ApplicationScoped
public class BillingProfiles {
    private final Database database;
    private final Transactions transactions;
    private final AccountService accounts;
    private final Tenancy tenancy;
    private final Sellers sellers;
    private final VatProofs proofs;
    private final ProfileCheck check;
    private final VatChecks checks;
    private final AuditService audit;
    private final InstantSource clock;
    private final ZoneId zone;

    BillingProfiles(
            Database database,
            Transactions transactions,
            AccountService accounts,
            Tenancy tenancy,
            Sellers sellers,
            VatProofs proofs,
            ProfileCheck check,
            VatChecks checks,
            AuditService audit,
            InstantSource clock,
            @ConfigProperty(name = "berth.billing.time-zone", defaultValue = "UTC") String zone) {
        this.database = database;
        this.transactions = transactions;
        this.accounts = accounts;
        this.tenancy = tenancy;
        this.sellers = sellers;
        this.proofs = proofs;
        this.check = check;
        this.checks = checks;
        this.audit = audit;
        this.clock = clock;
        this.zone = ZoneId.of(zone);
    }

    public BillingProfile get(Caller caller, UUID accountId) {
        return of(accounts.get(caller, accountId));
    }

    /** What holds now; defaults for an account that never said anything. */
    public BillingProfile of(Account account) {
        return of(account, sellers.of(account));
    }

    /** @param seller in whose country an account is that never said where it is */
    public BillingProfile of(Account account, Seller seller) {
        return database.one(
                        "SELECT account_id, version, valid_from, legal_name, street, postal_code, city, country, vat_id,"
                                + " language, time_zone FROM billing_profile WHERE account_id = ?"
                                + " ORDER BY version DESC LIMIT 1",
                        row -> profile(row, account),
                        account.id())
                .orElseGet(() -> unsaid(account, seller));
    }

    private BillingProfile profile(Row row, Account account) {
        return new BillingProfile(
                account.id(),
                row.integer("version"),
                row.instant("valid_from"),
                row.text("legal_name"),
                account.email(),
                PostalAddress.of(row),
                row.optionalText("vat_id")
                        .map(id -> proofs.of(account.id(), id))
                        .orElse(VatProof.NONE),
                Language.of(row.text("language")),
                ZoneId.of(row.text("time_zone")));
    }

    private BillingProfile unsaid(Account account, Seller seller) {
        PostalAddress address = PostalAddress.in(seller.address().country());
        return new BillingProfile(
                account.id(),
                0,
                account.createdAt(),
                account.name(),
                account.email(),
                address,
                VatProof.NONE,
                Language.EN,
                zone);
    }

    /** The zone that an account's months were in at an instant. */
    public ZoneId zoneAt(UUID account, Instant at) {
        Optional<String> said = database.one(
                "SELECT time_zone FROM billing_profile WHERE account_id = ? AND valid_from <= ?"
                        + " ORDER BY version DESC LIMIT 1",
                row -> row.text("time_zone"),
                account,
                at);
        return said.map(ZoneId::of).orElse(zone);
    }

    /** The zones of many accounts, read at once. */
    public final class ProfileZones {
        private final Map<UUID, NavigableMap<Instant, ZoneId>> said = new HashMap<>();

        private ProfileZones() {}

        /** As {@link #zoneAt}. */
        public ZoneId at(UUID account, Instant at) {
            return Optional.ofNullable(said.get(account))
                    .flatMap(zones -> Optional.ofNullable(zones.floorEntry(at)))
                    .map(Map.Entry::getValue)
                    .orElse(zone);
        }
    }

    public ProfileZones zones(List<UUID> accounts) {
        ProfileZones zones = new ProfileZones();
        database.list(
                        "SELECT account_id, valid_from, time_zone FROM billing_profile WHERE account_id IN ("
                                + String.join(", ", Collections.nCopies(accounts.size(), "?")) + ") ORDER BY version",
                        row -> new Said(row.uuid("account_id"), row.instant("valid_from"), row.text("time_zone")),
                        accounts.toArray())
                .forEach(one -> zones.said
                        .computeIfAbsent(one.account(), _ -> new TreeMap<>())
                        .put(one.from(), ZoneId.of(one.zone())));
        return zones;
    }

    private record Said(UUID account, Instant from, String zone) {}

    /**
     * Says something else from now on. Invoices that are issued keep what they have.
     *
     * @param version that the caller has seen
     * @throws Problem 412 when there is a newer one
     */
    public BillingProfile change(Caller caller, UUID accountId, long version, ProfileInput input) {
        return transactions.run(() -> {
            tenancy.requireChange(caller, accountId, "account");
            // periods are cut under this lock, too: none is cut by a zone that is just being replaced
            accounts.lock(accountId);
            Account account = accounts.byId(accountId);
            BillingProfile before = of(account);
            if (before.version() != version) {
                throw Answers.stale();
            }
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            BillingProfile next = check.checked(account, before.version() + 1, now, input);
            insert(next, caller);
            checks.want(accountId, next.vat().id().flatMap(VatId::parse));
            audit.record(
                    caller,
                    Deed.of("billing-profile.change", "account", accountId)
                            .account(accountId)
                            .with("version " + next.version()));
            return of(account);
        });
    }

    private void insert(BillingProfile p, Caller caller) {
        try {
            database.update(
                    "INSERT INTO billing_profile (account_id, version, valid_from, legal_name, street, postal_code, city,"
                            + " country, vat_id, language, time_zone, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    p.accountId(),
                    p.version(),
                    p.validFrom(),
                    p.legalName(),
                    p.address().storedStreet(),
                    p.address().postalCode(),
                    p.address().city(),
                    p.address().country().code(),
                    p.vat().id(),
                    p.language().tag(),
                    p.zone().getId(),
                    caller.subject());
        } catch (DatabaseException e) {
            throw e.duplicateKey().isPresent() ? Answers.stale() : e;
        }
    }
}
