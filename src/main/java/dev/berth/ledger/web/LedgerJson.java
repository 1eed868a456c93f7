package dev.berth.ledger.web;

import dev.berth.ledger.Balance;
import dev.berth.ledger.LedgerAccount;
import dev.berth.ledger.TrialBalance;
import dev.berth.ledger.store.Entry;
import dev.berth.ledger.store.LedgerService;
import dev.berth.units.Amount;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The ledger as the API shows it. */
final class LedgerJson {
    private LedgerJson() {}

    /**
     * A transfer.
     *
     * @param debit account in the form {@code owner/KIND}
     */
    record Line(
            UUID id,
            Instant at,
            String sourceType,
            String sourceId,
            String step,
            String debit,
            String credit,
            Amount amount,
            String reason) {
        static Line of(Entry e) {
            return new Line(
                    e.id(),
                    e.at(),
                    e.transfer().source().type(),
                    e.transfer().source().id(),
                    e.transfer().source().step(),
                    name(e.transfer().debit()),
                    name(e.transfer().credit()),
                    Amount.of(e.transfer().amount()),
                    e.transfer().reason());
        }
    }

    private static String name(LedgerAccount account) {
        return account.owner().key() + "/" + account.kind();
    }

    record Statement(UUID accountId, Amount credit, Amount owed) {
        static Statement of(LedgerService.Statement s) {
            return new Statement(s.account().value(), Amount.of(s.credit()), Amount.of(s.owed()));
        }
    }

    record Grant(UUID id, Amount amount, String reason, Statement statement) {
        static Grant of(LedgerService.Grant g) {
            return new Grant(g.id(), Amount.of(g.amount()), g.reason(), Statement.of(g.statement()));
        }
    }

    record Trial(boolean sound, List<TrialLine> balances) {
        static Trial of(TrialBalance t) {
            return new Trial(t.sound(), t.balances().stream().map(TrialLine::of).toList());
        }
    }

    record TrialLine(String account, Amount debits, Amount credits) {
        static TrialLine of(Balance b) {
            return new TrialLine(name(b.account()), Amount.of(b.debits()), Amount.of(b.credits()));
        }
    }
}
