package dev.berth.ledger.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.ledger.AccountKind;
import dev.berth.ledger.Book.Posted;
import dev.berth.ledger.Rules;
import dev.berth.ledger.Transfer;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class LedgerStoreTest {
    private static final Money ONE = Money.of("1.00", "EUR");

    @Inject
    LedgerStore store;

    @Inject
    Seed seed;

    private List<Posted> atOnce(int times, IntFunction<List<Transfer>> posting) throws Exception {
        try (ExecutorService many = Executors.newFixedThreadPool(8)) {
            List<Future<Posted>> futures = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                List<Transfer> transfers = posting.apply(i);
                futures.add(many.submit(() -> store.post("test", transfers)));
            }
            List<Posted> results = new ArrayList<>();
            for (Future<Posted> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }

    private static long count(List<Posted> results, Posted what) {
        return results.stream().filter(r -> r == what).count();
    }

    private Money credit(AccountId account) {
        return store.balance(Rules.of(account, AccountKind.CREDIT, ONE)).held();
    }

    @Test
    void creditIsNeverSpentTwice() throws Exception {
        AccountId account = new AccountId(seed.account());
        store.post("test", Rules.creditGranted(account, Money.of("10.00", "EUR"), "g-" + account, "r"));

        List<Posted> results =
                atOnce(32, i -> Rules.allocated(account, UUID.randomUUID().toString(), "i" + i, ONE));

        assertEquals(10, count(results, Posted.DONE));
        assertEquals(22, count(results, Posted.NOT_ENOUGH_CREDIT));
        assertEquals("0.00 EUR", credit(account).toString());
        assertTrue(store.trialBalance().sound());
    }

    @Test
    void oneSourceMovesMoneyOnce() throws Exception {
        AccountId account = new AccountId(seed.account());

        List<Posted> results = atOnce(24, i -> Rules.creditGranted(account, ONE, "same-" + account, "r"));

        assertEquals(1, count(results, Posted.DONE));
        assertEquals(23, count(results, Posted.REPEATED));
        assertEquals("1.00 EUR", credit(account).toString());
    }
}
