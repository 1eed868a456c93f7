package dev.berth.pages;

import dev.berth.ledger.AccountKind;
import dev.berth.ledger.LedgerAccount;
import dev.berth.ledger.Owner;
import dev.berth.ledger.store.Entry;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A transfer as its account's owner reads it.
 *
 * @param effect on what the owner can spend or owes, in words
 */
public record LedgerRow(Instant at, String reason, String effect, Money amount, String actor, String source) {
    static List<LedgerRow> of(UUID accountId, List<Entry> entries) {
        Owner owner = Owner.of(new AccountId(accountId));
        return entries.stream().map(entry -> of(owner, entry)).toList();
    }

    private static LedgerRow of(Owner owner, Entry entry) {
        LedgerAccount debit = entry.transfer().debit();
        LedgerAccount credit = entry.transfer().credit();
        return new LedgerRow(
                entry.at(),
                entry.transfer().reason(),
                effect(owner, debit, credit),
                entry.transfer().amount(),
                entry.actor(),
                entry.transfer().source().toString());
    }

    private static String effect(Owner owner, LedgerAccount debit, LedgerAccount credit) {
        boolean fromOwn = debit.owner().equals(owner);
        boolean toOwn = credit.owner().equals(owner);
        if (fromOwn && toOwn) {
            return "credit pays what is owed";
        }
        if (toOwn) {
            return credit.kind() == AccountKind.CREDIT ? "more credit" : "owed less";
        }
        if (fromOwn) {
            return debit.kind() == AccountKind.RECEIVABLE ? "owed more" : "less credit";
        }
        return debit.kind().name().toLowerCase(Locale.ROOT);
    }
}
