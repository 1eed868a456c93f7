package dev.berth.ledger.store;

import dev.berth.ledger.AccountKind;
import dev.berth.ledger.LedgerAccount;
import dev.berth.ledger.Lot;
import dev.berth.ledger.Source;
import dev.berth.ledger.Transfer;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Follows credit from where it came to what it paid. Every transfer into a credit is a lot; every transfer out of one takes
 * from lots: what expires first goes first, then the oldest. Whoever spends has locked the ledger account.
 */
@ApplicationScoped
public class CreditLots {
    private final Database database;
    private final InstantSource clock;

    CreditLots(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Called for each new transfer, in its transaction. */
    void follow(UUID id, Transfer transfer, Optional<UUID> only) {
        if (transfer.debit().kind() == AccountKind.CREDIT) {
            use(id, transfer, only);
        }
        if (transfer.credit().kind() == AccountKind.CREDIT) {
            database.update(
                    "INSERT INTO credit_lot (id, account_id, currency, amount, remaining, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                    id,
                    transfer.credit().owner().key(),
                    transfer.amount().currency().getCurrencyCode(),
                    transfer.amount().minor(),
                    transfer.amount().minor(),
                    clock.instant());
        }
    }

    private void use(UUID id, Transfer transfer, Optional<UUID> only) {
        List<Lot> open = open(transfer.debit()).stream()
                .filter(lot -> only.isEmpty() || lot.id().equals(only.get()))
                .toList();
        List<Lot.Take> takes = Lot.take(open, transfer.amount())
                .orElseThrow(() -> new IllegalStateException(
                        "lots of %s do not cover %s".formatted(transfer.debit(), transfer.source())));
        for (Lot.Take take : takes) {
            database.update(
                    "UPDATE credit_lot SET remaining = remaining - ? WHERE id = ?",
                    take.amount().minor(),
                    take.lot());
            database.update(
                    "INSERT INTO credit_use (transfer_id, lot_id, amount) VALUES (?, ?, ?)",
                    id,
                    take.lot(),
                    take.amount().minor());
        }
    }

    /** What is left, in the order in which it is spent. */
    public List<Lot> open(LedgerAccount account) {
        return database.list(
                "SELECT l.id, l.remaining, l.currency, l.expires_at, t.debit_kind <> 'GRANTS' AS paid FROM credit_lot l"
                        + " JOIN ledger_transfer t ON t.id = l.id"
                        + " WHERE l.account_id = ? AND l.currency = ? AND l.remaining > 0"
                        + " ORDER BY l.expires_at IS NULL, l.expires_at, l.id",
                CreditLots::lot,
                account.owner().key(),
                account.currency().getCurrencyCode());
    }

    Money left(LedgerAccount account, UUID lot) {
        return open(account).stream()
                .filter(open -> open.id().equals(lot))
                .findFirst()
                .map(Lot::left)
                .orElseGet(() -> Money.zero(account.currency()));
    }

    /** The lot that a source's transfer made. */
    public Optional<UUID> of(Source source) {
        return database.one(
                "SELECT l.id FROM credit_lot l JOIN ledger_transfer t ON t.id = l.id"
                        + " WHERE t.source_type = ? AND t.source_id = ? AND t.step = ?",
                row -> row.uuid("id"),
                source.type(),
                source.id(),
                source.step());
    }

    /** Says when a lot expires that nobody has used yet. */
    public void expire(UUID lot, Instant at) {
        database.update("UPDATE credit_lot SET expires_at = ? WHERE id = ? AND remaining = amount", at, lot);
    }

    private static Lot lot(Row row) {
        return new Lot(
                row.uuid("id"),
                new Money(row.number("remaining"), Currency.getInstance(row.text("currency"))),
                row.optionalInstant("expires_at"),
                row.number("paid") == 1);
    }
}
