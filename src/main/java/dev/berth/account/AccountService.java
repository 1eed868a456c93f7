package dev.berth.account;

import dev.berth.account.Account.Kind;
import dev.berth.account.Account.State;
import dev.berth.account.Tenancy.Filter;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Makes, finds and changes accounts. */
@ApplicationScoped
public class AccountService {
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,189}");
    private static final String COLUMNS = "a.id, a.kind, a.name, a.email, a.external_id, a.reseller_id, a.currency,"
            + " a.state, a.may_pay_by_invoice, a.created_at, a.version";

    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final AuditService audit;
    private final InstantSource clock;
    private final String currency;

    AccountService(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            AuditService audit,
            InstantSource clock,
            @ConfigProperty(name = "berth.currency") String currency) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.audit = audit;
        this.clock = clock;
        this.currency = currency;
    }

    /** The caller's own account; a first visit makes it. Two first visits at once make one. */
    public Account ensureFor(Caller caller) {
        return own(caller).orElseGet(() -> transactions.run(() -> found(caller)));
    }

    /** The oldest account the caller is a member of. */
    public Optional<Account> own(Caller caller) {
        return database
                .list(
                        "SELECT " + COLUMNS + " FROM account a JOIN membership m ON m.account_id = a.id"
                                + " WHERE m.subject = ? ORDER BY m.created_at, a.id LIMIT 1",
                        Account::of,
                        caller.subject())
                .stream()
                .findFirst();
    }

    private Account found(Caller caller) {
        UUID id = Ids.next(clock);
        int made = database.update(
                "INSERT IGNORE INTO account (id, kind, name, email, currency, created_at, founder)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                id,
                caller.has(Role.RESELLER) ? Kind.RESELLER : Kind.CUSTOMER,
                shortened(caller.name().isBlank() ? caller.subject() : caller.name(), 120),
                shortened(caller.email(), 254),
                currency,
                clock.instant(),
                caller.subject());
        if (made == 1) {
            database.update(
                    "INSERT INTO membership (subject, account_id, role, created_at) VALUES (?, ?, 'OWNER', ?)",
                    caller.subject(),
                    id,
                    clock.instant());
            audit.record(caller, Deed.of("account.create", "account", id).account(id));
        }
        return database.one(
                        "SELECT " + COLUMNS + " FROM account a WHERE a.founder = ? FOR UPDATE",
                        Account::of,
                        caller.subject())
                .orElseThrow();
    }

    /** Holds an account's row until the caller's transaction ends: what others do under it waits, and sees what was done. */
    public void lock(UUID id) {
        database.number("SELECT COUNT(*) AS n FROM account WHERE id = ? FOR UPDATE", id);
    }

    private static String shortened(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max);
    }

    /** What a reseller says about a new customer. */
    public record NewAccount(
            @Nullable String name,
            @Nullable String email,
            @Nullable String externalId) {}

    /** A reseller's new end customer. */
    public Account create(Caller caller, NewAccount input) {
        return transactions.run(() -> {
            Account reseller = ensureFor(caller);
            if (reseller.kind() != Kind.RESELLER) {
                throw Problem.forbidden("Only a reseller makes accounts for others.");
            }
            InputFaults faults = new InputFaults();
            String name = faults.text("name", input.name(), 120);
            String email = checkedEmail(faults, input.email());
            String externalId = faults.optionalText("externalId", input.externalId(), 64);
            faults.throwIfAny();
            UUID id = Ids.next(clock);
            insert(new Account(
                    id,
                    Kind.CUSTOMER,
                    name,
                    email,
                    Optional.of(externalId).filter(e -> !e.isEmpty()),
                    Optional.of(reseller.id()),
                    reseller.currency(),
                    State.ACTIVE,
                    reseller.mayPayByInvoice(),
                    clock.instant(),
                    0));
            audit.record(caller, Deed.of("account.create", "account", id).account(id));
            return byId(id);
        });
    }

    private void insert(Account a) {
        try {
            database.update(
                    "INSERT INTO account (id, kind, name, email, external_id, reseller_id, currency, state,"
                            + " may_pay_by_invoice, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    a.id(),
                    a.kind(),
                    a.name(),
                    a.email(),
                    a.externalId(),
                    a.resellerId(),
                    a.currency(),
                    a.state(),
                    a.mayPayByInvoice(),
                    a.createdAt());
        } catch (DatabaseException e) {
            if (e.duplicateKey().isPresent()) {
                throw Problem.conflict("external-id-taken", "Another account has this externalId.");
            }
            throw e;
        }
    }

    private static String checkedEmail(InputFaults faults, @Nullable String value) {
        String email = faults.text("email", value, 254);
        faults.check(email.isEmpty() || EMAIL.matcher(email).matches(), "email", "is not an address");
        return email;
    }

    /** For the portal's own use; whoever serves a caller asks {@link #get}. */
    public Account byId(UUID id) {
        return database.one("SELECT " + COLUMNS + " FROM account a WHERE a.id = ?", Account::of, id)
                .orElseThrow(() -> Problem.notFound("account"));
    }

    public Account get(Caller caller, UUID id) {
        tenancy.requireSee(caller, id, "account");
        return byId(id);
    }

    /** Accounts the caller may see, newest first. */
    public Page<Account> list(Caller caller, Optional<String> externalId, Page.Ask ask) {
        Filter filter = tenancy.visible(caller, "a.id");
        List<Object> values = new ArrayList<>(filter.values());
        StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + " FROM account a WHERE " + filter.sql());
        externalId.ifPresent(text -> {
            sql.append(" AND a.external_id = ?");
            values.add(text);
        });
        ask.before().ifPresent(id -> {
            sql.append(" AND a.id < ?");
            values.add(id);
        });
        values.add(ask.fetch());
        sql.append(" ORDER BY a.id DESC LIMIT ?");
        return Page.of(database.list(sql.toString(), Account::of, values.toArray()), ask, Account::id);
    }

    /** Staff: accounts whose name, mail or external id has this in it; a blank text is all, newest first. */
    public List<Account> search(Caller caller, String text, int limit) {
        Tenancy.requireStaff(caller);
        String like =
                "%" + text.trim().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
        return database.list(
                "SELECT " + COLUMNS + " FROM account a WHERE a.name LIKE ? OR a.email LIKE ? OR a.external_id LIKE ?"
                        + " OR a.id = ? ORDER BY a.id DESC LIMIT ?",
                Account::of,
                like,
                like,
                like,
                asId(text),
                Math.min(limit, Page.MAX_LIMIT));
    }

    /** For lists that name accounts; the caller has been checked. */
    public Map<UUID, String> names(Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
        Map<UUID, String> names = new HashMap<>();
        database.list(
                        "SELECT a.id, a.name FROM account a WHERE a.id IN (" + marks + ")",
                        row -> Map.entry(row.uuid("id"), row.text("name")),
                        ids.toArray())
                .forEach(entry -> names.put(entry.getKey(), entry.getValue()));
        return names;
    }

    private static Optional<UUID> asId(String text) {
        try {
            return Optional.of(UUID.fromString(text.trim()));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a text that is no id matches none
        }
    }

    /** What an owner may change. */
    public record Change(@Nullable String name, @Nullable String email) {}

    /** @throws Problem 412 when the account is not at this version any more */
    public Account change(Caller caller, UUID id, long version, Change change) {
        return transactions.run(() -> {
            tenancy.requireChange(caller, id, "account");
            InputFaults faults = new InputFaults();
            String name = faults.text("name", change.name(), 120);
            String email = checkedEmail(faults, change.email());
            faults.throwIfAny();
            int changed = database.update(
                    "UPDATE account SET name = ?, email = ?, version = version + 1 WHERE id = ? AND version = ?",
                    name,
                    email,
                    id,
                    version);
            if (changed == 0) {
                throw Answers.stale();
            }
            audit.record(caller, Deed.of("account.change", "account", id).account(id));
            return byId(id);
        });
    }

    /** Staff: whether the account may buy now and pay its invoice later. */
    public Account allowInvoice(Caller caller, UUID id, boolean allowed, String reason) {
        if (!caller.has(Role.ADMIN)) {
            throw Problem.forbidden("This is for administrators.");
        }
        return transactions.run(() -> {
            byId(id);
            database.update(
                    "UPDATE account SET may_pay_by_invoice = ?, version = version + 1 WHERE id = ?", allowed, id);
            String action = allowed ? "account.allow-invoice" : "account.forbid-invoice";
            audit.record(caller, Deed.of(action, "account", id).account(id).because(reason));
            return byId(id);
        });
    }
}
