package dev.berth.ledger.store;

import dev.berth.ledger.AccountKind;
import dev.berth.ledger.Balance;
import dev.berth.ledger.Book.Posted;
import dev.berth.ledger.LedgerAccount;
import dev.berth.ledger.Lot;
import dev.berth.ledger.Owner;
import dev.berth.ledger.Source;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TrialBalance;
import dev.berth.ledger.export.Booking;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Posts transfers and derives balances. The customer's accounts are locked until the end of the transaction, so that two
 * payments at once cannot both find a credit sufficient.
 */
@ApplicationScoped
public class LedgerStore {
    private static final String COLUMNS = "id, source_type, source_id, step, debit_owner, debit_kind, credit_owner,"
            + " credit_kind, currency, amount, reason, actor, created_at";
    private static final String SIDES = "SELECT debit_owner AS owner, debit_kind AS kind, currency, amount AS debit,"
            + " 0 AS credit FROM ledger_transfer UNION ALL SELECT credit_owner, credit_kind, currency, 0, amount"
            + " FROM ledger_transfer";

    private final Database database;
    private final CreditLots lots;
    private final Transactions transactions;
    private final InstantSource clock;

    LedgerStore(Database database, CreditLots lots, Transactions transactions, InstantSource clock) {
        this.database = database;
        this.lots = lots;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Posts all or nothing; what is there already is not posted again.
     *
     * @throws IllegalStateException when a source was used for another transfer
     */
    public Posted post(String actor, List<Transfer> together) {
        return post(actor, together, Optional.empty());
    }

    /**
     * The same, but credit is taken from this lot only.
     *
     * @return {@link Posted#NOT_ENOUGH_CREDIT} also when the lot has less, whatever the account has beside it
     */
    public Posted postFrom(UUID lot, String actor, List<Transfer> together) {
        return post(actor, together, Optional.of(lot));
    }

    private Posted post(String actor, List<Transfer> together, Optional<UUID> lot) {
        return transactions.run(() -> {
            together.stream()
                    .flatMap(t -> Stream.of(t.debit(), t.credit()))
                    .distinct()
                    .sorted(Comparator.comparing(LedgerAccount::toString))
                    .forEach(this::hold);
            List<LedgerAccount> spent = together.stream()
                    .map(Transfer::debit)
                    .filter(a -> a.kind() == AccountKind.CREDIT)
                    .distinct()
                    .toList();
            Map<Source, Transfer> known = known(together);
            List<Transfer> fresh =
                    together.stream().filter(t -> isNew(t, known)).toList();
            if (fresh.isEmpty()) {
                return Posted.REPEATED;
            }
            if (spent.stream().anyMatch(account -> overdraws(account, fresh, lot))) {
                return Posted.NOT_ENOUGH_CREDIT;
            }
            insert(actor, fresh, lot);
            return Posted.DONE;
        });
    }

    public Balance balance(LedgerAccount account) {
        return database.one(
                        "SELECT CAST(COALESCE(SUM(debit), 0) AS SIGNED) AS debits,"
                                + " CAST(COALESCE(SUM(credit), 0) AS SIGNED) AS credits FROM ("
                                + "SELECT amount AS debit, 0 AS credit FROM ledger_transfer"
                                + " WHERE debit_owner = ? AND debit_kind = ? AND currency = ? UNION ALL"
                                + " SELECT 0, amount FROM ledger_transfer"
                                + " WHERE credit_owner = ? AND credit_kind = ? AND currency = ?) sides",
                        row -> new Balance(
                                account,
                                new Money(row.number("debits"), account.currency()),
                                new Money(row.number("credits"), account.currency())),
                        account.owner().key(),
                        account.kind(),
                        account.currency().getCurrencyCode(),
                        account.owner().key(),
                        account.kind(),
                        account.currency().getCurrencyCode())
                .orElseThrow();
    }

    public TrialBalance trialBalance() {
        return new TrialBalance(database.list(
                "SELECT owner, kind, currency, CAST(SUM(debit) AS SIGNED) AS debits,"
                        + " CAST(SUM(credit) AS SIGNED) AS credits FROM (" + SIDES
                        + ") sides GROUP BY owner, kind, currency ORDER BY owner, kind, currency",
                row -> {
                    LedgerAccount account = account(row, "owner", "kind");
                    return new Balance(
                            account,
                            new Money(row.number("debits"), account.currency()),
                            new Money(row.number("credits"), account.currency()));
                }));
    }

    /** Transfers that touch an owner, newest first. */
    public List<Entry> entries(Owner owner, Optional<UUID> before, int limit) {
        List<Object> values = new ArrayList<>(List.of(owner.key(), owner.key()));
        before.ifPresent(values::add);
        values.add(limit);
        return database.list(
                "SELECT " + COLUMNS + " FROM ledger_transfer WHERE (debit_owner = ? OR credit_owner = ?)"
                        + (before.isPresent() ? " AND id < ?" : "") + " ORDER BY id DESC LIMIT ?",
                LedgerStore::entry,
                values.toArray());
    }

    /** Transfers of a stretch of time, oldest first, of one currency or of all. */
    public List<Booking> posted(Instant from, Instant to, Optional<Currency> currency, int limit) {
        Optional<String> code = currency.map(Currency::getCurrencyCode);
        return database.list(
                "SELECT " + COLUMNS + " FROM ledger_transfer WHERE created_at >= ? AND created_at < ?"
                        + " AND (? IS NULL OR currency = ?) ORDER BY created_at, id LIMIT ?",
                row -> {
                    Entry entry = entry(row);
                    return new Booking(entry.id(), entry.at(), entry.transfer(), entry.actor());
                },
                from,
                to,
                code,
                code,
                limit);
    }

    /** Locks a customer's account, so that one source or one credit is looked at by one at a time; the house's are many's. */
    private void hold(LedgerAccount account) {
        String lock = account.owner() instanceof Owner.Party ? " FOR UPDATE" : "";
        if (!exists(account, lock)) {
            database.update(
                    "INSERT IGNORE INTO ledger_account (owner, kind, currency) VALUES (?, ?, ?)",
                    account.owner().key(),
                    account.kind(),
                    account.currency().getCurrencyCode());
            exists(account, lock);
        }
    }

    private boolean exists(LedgerAccount account, String lock) {
        return database.one(
                        "SELECT owner FROM ledger_account WHERE owner = ? AND kind = ? AND currency = ?" + lock,
                        row -> row.text("owner"),
                        account.owner().key(),
                        account.kind(),
                        account.currency().getCurrencyCode())
                .isPresent();
    }

    private static boolean isNew(Transfer transfer, Map<Source, Transfer> known) {
        Transfer there = known.get(transfer.source());
        if (there != null && !there.equals(transfer)) {
            throw new IllegalStateException("source %s was used for another transfer".formatted(transfer.source()));
        }
        return there == null;
    }

    /** What is there of the same sources. */
    private Map<Source, Transfer> known(List<Transfer> transfers) {
        List<Object> values = new ArrayList<>();
        transfers.forEach(t -> values.addAll(
                List.of(t.source().type(), t.source().id(), t.source().step())));
        String one = "(source_type = ? AND source_id = ? AND step = ?)";
        return database
                .list(
                        "SELECT " + COLUMNS + " FROM ledger_transfer WHERE "
                                + String.join(" OR ", Collections.nCopies(transfers.size(), one)),
                        LedgerStore::entry,
                        values.toArray())
                .stream()
                .map(Entry::transfer)
                .collect(Collectors.toMap(Transfer::source, t -> t));
    }

    /** What is left of an account's credit, in the order in which it is spent; locked until the transaction ends. */
    public List<Lot> lots(LedgerAccount account) {
        hold(account);
        return lots.open(account);
    }

    private boolean overdraws(LedgerAccount account, List<Transfer> fresh, Optional<UUID> lot) {
        Money spent = fresh.stream()
                .filter(t -> t.debit().equals(account))
                .map(Transfer::amount)
                .reduce(Money.zero(account.currency()), Money::plus);
        Money there = lot.isPresent()
                ? lots.left(account, lot.get())
                : balance(account).held();
        return there.compareTo(spent) < 0;
    }

    private void insert(String actor, List<Transfer> fresh, Optional<UUID> lot) {
        Map<UUID, Transfer> byId = new LinkedHashMap<>();
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Transfer t : fresh) {
            UUID id = Ids.next(clock);
            byId.put(id, t);
            rows.add(new @Nullable Object[] {
                id,
                t.source().type(),
                t.source().id(),
                t.source().step(),
                t.debit().owner().key(),
                t.debit().kind(),
                t.credit().owner().key(),
                t.credit().kind(),
                t.amount().currency().getCurrencyCode(),
                t.amount().minor(),
                t.reason(),
                actor,
                clock.instant()
            });
        }
        database.updateAll(
                "INSERT INTO ledger_transfer (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows);
        byId.forEach((id, t) -> lots.follow(id, t, lot));
    }

    private static Entry entry(Row row) {
        LedgerAccount debit = account(row, "debit_owner", "debit_kind");
        return new Entry(
                row.uuid("id"),
                new Transfer(
                        new Source(row.text("source_type"), row.text("source_id"), row.text("step")),
                        debit,
                        account(row, "credit_owner", "credit_kind"),
                        new Money(row.number("amount"), debit.currency()),
                        row.text("reason")),
                row.text("actor"),
                row.instant("created_at"));
    }

    private static LedgerAccount account(Row row, String owner, String kind) {
        return new LedgerAccount(
                Owner.parse(row.text(owner)),
                row.constant(kind, AccountKind.class),
                Currency.getInstance(row.text("currency")));
    }
}
