package dev.berth.ledger.store;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.ledger.AccountKind;
import dev.berth.ledger.Balance;
import dev.berth.ledger.LedgerAccount;
import dev.berth.ledger.Owner;
import dev.berth.ledger.Rules;
import dev.berth.ledger.Source;
import dev.berth.ledger.TrialBalance;
import dev.berth.platform.Caller;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An account's money: what was paid in or granted, what is owed, and every transfer behind it. */
@ApplicationScoped
public class LedgerService {
    private static final Money MOST = Money.of("100000.00", "EUR");

    private final LedgerStore store;
    private final CreditLots lots;
    private final AccountService accounts;
    private final AuditService audit;
    private final Transactions transactions;
    private final InstantSource clock;

    LedgerService(
            LedgerStore store,
            CreditLots lots,
            AccountService accounts,
            AuditService audit,
            Transactions transactions,
            InstantSource clock) {
        this.store = store;
        this.lots = lots;
        this.accounts = accounts;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * What staff say.
     *
     * @param amount decimal text in the account's currency
     * @param expiresAt when what is left of it is gone, RFC 3339; never without it
     */
    public record NewGrant(
            @Nullable String amount,
            @Nullable String reason,
            @Nullable String expiresAt) {
        public NewGrant(@Nullable String amount, @Nullable String reason) {
            this(amount, reason, null);
        }
    }

    /** @param id of the ledger's source, unique */
    public record Grant(UUID id, Money amount, String reason, Statement statement) {}

    /**
     * How an account stands.
     *
     * @param credit can be spent
     * @param owed for final invoices
     */
    public record Statement(AccountId account, Money credit, Money owed) {}

    /** Staff give credit. Call it with an Idempotency-Key around it: each call is a new grant. */
    public Grant grantCredit(Caller caller, UUID accountId, NewGrant input) {
        if (!caller.staff()) {
            throw Problem.forbidden("This is for staff.");
        }
        return transactions.run(() -> {
            Account account = accounts.byId(accountId);
            InputFaults faults = new InputFaults();
            String reason = faults.text("reason", input.reason(), 300);
            String text = faults.text("amount", input.amount(), 20);
            Optional<Money> given = checked(faults, text, account.currency());
            Optional<Instant> expiresAt = expiry(faults, input.expiresAt());
            faults.throwIfAny();
            Money amount = given.orElseThrow();
            UUID id = Ids.next(clock);
            store.post(caller.subject(), Rules.creditGranted(new AccountId(accountId), amount, id.toString(), reason));
            expiresAt.ifPresent(at -> lots.expire(
                    lots.of(new Source(Rules.CREDIT_GRANT, id.toString(), "grant"))
                            .orElseThrow(),
                    at));
            audit.record(
                    caller,
                    Deed.of("credit.grant", "account", accountId)
                            .account(accountId)
                            .because(reason)
                            .with(amount.toString()));
            return new Grant(id, amount, reason, statement(account));
        });
    }

    private Optional<Instant> expiry(InputFaults faults, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        try {
            Instant at = Instant.parse(text.trim());
            return faults.check(at.isAfter(clock.instant()), "expiresAt", "must be in the future")
                    ? Optional.of(at)
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            faults.add("expiresAt", "is no time such as 2030-12-31T23:59:59Z");
            return Optional.empty();
        }
    }

    private static Optional<Money> checked(InputFaults faults, String text, String currency) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Money amount = Money.of(text, currency);
            boolean within = amount.minor() > 0 && amount.minor() <= MOST.minor();
            return faults.check(within, "amount", "must be above 0 and at most " + MOST.amount())
                    ? Optional.of(amount)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            faults.add("amount", "is no amount of " + currency);
            return Optional.empty();
        }
    }

    public Statement statement(Caller caller, UUID accountId) {
        return statement(accounts.get(caller, accountId));
    }

    private Statement statement(Account account) {
        AccountId id = new AccountId(account.id());
        Currency currency = Currency.getInstance(account.currency());
        return new Statement(
                id,
                balance(id, AccountKind.CREDIT, currency).held(),
                balance(id, AccountKind.RECEIVABLE, currency).held());
    }

    /** What the account can spend; for rules such as an order's, which have checked their caller. */
    public Money credit(AccountId account, Currency currency) {
        return balance(account, AccountKind.CREDIT, currency).held();
    }

    private Balance balance(AccountId account, AccountKind kind, Currency currency) {
        return store.balance(new LedgerAccount(Owner.of(account), kind, currency));
    }

    /** An account's transfers, newest first. */
    public Page<Entry> entries(Caller caller, UUID accountId, Page.Ask ask) {
        accounts.get(caller, accountId);
        return Page.of(store.entries(Owner.of(new AccountId(accountId)), ask.before(), ask.fetch()), ask, Entry::id);
    }

    /** Staff: the whole ledger's balances. */
    public TrialBalance trialBalance(Caller caller) {
        if (!caller.staff()) {
            throw Problem.forbidden("This is for staff.");
        }
        return store.trialBalance();
    }
}
