package dev.berth.party;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.party.SellerCheck.Subject;
import dev.berth.party.SellerStore.Origin;
import dev.berth.party.SellerStore.Written;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Staff see sellers and write their next versions; invoices that are issued keep what they have. */
@ApplicationScoped
public class SellerDesk {
    private static final int LISTED = 500;

    private final SellerStore store;
    private final SellerCheck check;
    private final AccountService accounts;
    private final AuditService audit;
    private final Transactions transactions;
    private final InstantSource clock;

    SellerDesk(
            SellerStore store,
            SellerCheck check,
            AccountService accounts,
            AuditService audit,
            Transactions transactions,
            InstantSource clock) {
        this.store = store;
        this.check = check;
        this.accounts = accounts;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The last version of each, also one that holds only later. */
    public List<Seller> list(Caller caller) {
        Tenancy.requireStaff(caller);
        return store.all(LISTED);
    }

    /** @throws Problem 404 */
    public Seller get(Caller caller, String key) {
        Tenancy.requireStaff(caller);
        return last(key).seller();
    }

    private Written last(String key) {
        return store.last(key).orElseThrow(() -> Problem.notFound("seller"));
    }

    /** Newest first. */
    public List<Seller> versions(Caller caller, String key) {
        get(caller, key);
        return store.versions(key, LISTED);
    }

    /**
     * Writes the next version.
     *
     * @throws Problem 412 when {@code version} is not the last one
     */
    public Seller change(Caller caller, String key, long version, SellerInput input) {
        requireAdmin(caller);
        return transactions.run(() -> {
            Seller before = last(key).seller();
            if (before.version() != version) {
                throw Answers.stale();
            }
            Instant from = from(input.validFrom(), before.validFrom());
            Subject subject = new Subject(
                    key,
                    before.account(),
                    before.version() + 1,
                    from,
                    before.vat().id());
            return write(caller, check.checked(subject, input), input);
        });
    }

    private static void requireAdmin(Caller caller) {
        if (!caller.has(Role.ADMIN)) {
            throw Problem.forbidden("This is for administrators.");
        }
    }

    private Instant from(@Nullable Instant wanted, Instant after) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant from = wanted == null ? now : wanted.truncatedTo(ChronoUnit.MICROS);
        if (from.isBefore(now)) {
            throw Problem.invalid("validFrom", "has passed");
        }
        if (!from.isAfter(after)) {
            throw Problem.invalid("validFrom", "is not after that of the version before, " + after);
        }
        return from;
    }

    private Seller write(Caller caller, Seller seller, SellerInput input) {
        store.takeSeries(seller.key(), seller.terms().series());
        if (!store.write(seller, Origin.PERSON)) {
            throw Answers.stale();
        }
        Deed deed = Deed.of("seller.change", "seller", seller.key())
                .because(String.valueOf(input.reason()).trim())
                .with("version " + seller.version());
        audit.record(caller, seller.account().map(deed::account).orElse(deed));
        return seller;
    }

    /** A reseller's own seller, towards its own customers. */
    public Seller make(Caller caller, SellerInput input) {
        requireAdmin(caller);
        return transactions.run(() -> {
            Account reseller = reseller(input.accountId());
            Instant from = from(input.validFrom(), Instant.EPOCH);
            String key = reseller.id().toString();
            Subject subject = new Subject(key, Optional.of(reseller.id()), 1, from, Optional.empty());
            Seller seller = check.checked(subject, input);
            if (!store.make(key, Optional.of(reseller.id()), from)) {
                throw Problem.conflict("seller-exists", "This reseller has a seller: change that one.");
            }
            return write(caller, seller, input);
        });
    }

    private Account reseller(@Nullable String id) {
        InputFaults faults = new InputFaults();
        String text = faults.text("accountId", id, 40);
        faults.throwIfAny();
        UUID account = Ids.parse("account", text);
        return Optional.of(accounts.byId(account))
                .filter(found -> found.kind() == Account.Kind.RESELLER)
                .orElseThrow(() -> Problem.invalid("accountId", "is not a reseller's"));
    }
}
