package dev.berth.payment;

import dev.berth.ledger.AccountKind;
import dev.berth.ledger.Lot;
import dev.berth.ledger.Rules;
import dev.berth.ledger.store.LedgerStore;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Transactions;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Takes back what is left of credit whose time is over. Until it has run, such credit can still be spent: being late is to the
 * customer's good. Each lot is a transaction of its own whose source is the lot: it happens once, however many run at once.
 */
@ApplicationScoped
public class CreditExpiry {
    private static final Logger LOG = Logger.getLogger(CreditExpiry.class);
    private static final int MAX_PER_RUN = 1_000;
    private static final Caller SYSTEM = Caller.system("wallet");

    private final Database database;
    private final LedgerStore ledger;
    private final Transactions transactions;
    private final InstantSource clock;

    CreditExpiry(Database database, LedgerStore ledger, Transactions transactions, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.transactions = transactions;
        this.clock = clock;
    }

    @RunOnVirtualThread
    @Scheduled(
            every = "${berth.payment.expiry-every}",
            identity = "credit-expiry",
            concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        int expired = run();
        if (expired > 0) {
            LOG.infof("%d parts of credit expired", expired);
        }
    }

    private record Due(UUID lot, AccountId account, Currency currency) {}

    /** @return how many lots expired */
    public int run() {
        List<Due> due = database.list(
                "SELECT id, account_id, currency FROM credit_lot WHERE expires_at <= ? AND remaining > 0"
                        + " ORDER BY expires_at, id LIMIT ?",
                row -> new Due(
                        row.uuid("id"),
                        new AccountId(row.uuid("account_id")),
                        Currency.getInstance(row.text("currency"))),
                clock.instant(),
                MAX_PER_RUN);
        int expired = 0;
        for (Due one : due) {
            expired += expire(one) ? 1 : 0;
        }
        return expired;
    }

    private boolean expire(Due due) {
        try {
            return transactions.run(() -> {
                Money nothing = Money.zero(due.currency());
                // looked at again, because it may have been spent since; the account is held from here on
                Optional<Lot> lot = ledger.lots(Rules.of(due.account(), AccountKind.CREDIT, nothing)).stream()
                        .filter(open -> open.id().equals(due.lot()))
                        .findFirst();
                lot.ifPresent(left -> ledger.postFrom(
                        left.id(),
                        SYSTEM.subject(),
                        Rules.creditExpired(
                                due.account(), left.left(), left.id().toString())));
                return lot.isPresent();
            });
        } catch (RuntimeException e) {
            LOG.errorf(e, "credit %s of account %s cannot expire", due.lot(), due.account());
            return false;
        }
    }
}
