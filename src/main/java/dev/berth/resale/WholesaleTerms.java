package dev.berth.resale;

import dev.berth.account.Account;
import dev.berth.account.Account.Kind;
import dev.berth.account.AccountService;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.party.Sellers;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Since when a reseller is billed for its customers. Agreed once, for what comes: no bill that was made changes. */
@ApplicationScoped
public class WholesaleTerms {
    private final Database database;
    private final Transactions transactions;
    private final AccountService accounts;
    private final Sellers sellers;
    private final AuditService audit;
    private final InstantSource clock;

    WholesaleTerms(
            Database database,
            Transactions transactions,
            AccountService accounts,
            Sellers sellers,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.accounts = accounts;
        this.sellers = sellers;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param beginsAt billing periods that begin at or after it are billed to the reseller */
    public record Terms(UUID resellerId, Instant beginsAt) {}

    public Optional<Terms> of(UUID resellerId) {
        return database.one(
                "SELECT reseller_id, begins_at FROM wholesale_terms WHERE reseller_id = ?",
                row -> new Terms(row.uuid("reseller_id"), row.instant("begins_at")),
                resellerId);
    }

    /** The account that resells for a caller. */
    public Account reseller(Caller caller) {
        return accounts.own(caller)
                .or(() -> caller.has(Role.RESELLER) ? Optional.of(accounts.ensureFor(caller)) : Optional.empty())
                .filter(account -> account.kind() == Kind.RESELLER)
                .orElseThrow(() -> Problem.forbidden("This is for resellers."));
    }

    public Terms agree(Caller caller, UUID resellerId, @Nullable String reason) {
        if (!caller.has(Role.ADMIN)) {
            throw Problem.forbidden("This is for administrators.");
        }
        InputFaults faults = new InputFaults();
        String why = faults.text("reason", reason, 500);
        faults.throwIfAny();
        if (accounts.byId(resellerId).kind() != Kind.RESELLER) {
            throw Problem.conflict("no-reseller", "This account is no reseller's.");
        }
        if (of(resellerId).isEmpty() && sellers.ofReseller(resellerId).isEmpty()) {
            throw Problem.conflict("no-seller", "This reseller has no seller to issue its customers' invoices yet.");
        }
        return transactions.run(() -> {
            int made = database.update(
                    "INSERT IGNORE INTO wholesale_terms (reseller_id, begins_at, decided_by, decided_at)"
                            + " VALUES (?, ?, ?, ?)",
                    resellerId,
                    clock.instant(),
                    caller.subject(),
                    clock.instant());
            if (made == 1) {
                audit.record(
                        caller,
                        Deed.of("account.wholesale", "account", resellerId)
                                .account(resellerId)
                                .because(why));
            }
            return of(resellerId).orElseThrow();
        });
    }
}
