package dev.berth.party;

import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.party.VatRegister.Answer;
import dev.berth.party.VatRegister.Answer.Said;
import dev.berth.party.VatRegister.Answer.Silent;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.tax.VatId;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks registers about VAT ids and keeps what they say. A question is claimed by moving its next attempt on, so that replicas
 * share the work and none asks while it holds a lock; an answer that got lost is asked for again.
 */
@ApplicationScoped
public class VatChecks {
    private static final Logger LOG = Logger.getLogger(VatChecks.class);
    private static final int MAX_PER_RUN = 100;
    /** An answer is asked for anew after this time, well before it proves nothing any more. */
    private static final Duration AGAIN = Duration.ofDays(7);

    private static final Duration FIRST_WAIT = Duration.ofMinutes(5);
    private static final Duration LONGEST_WAIT = Duration.ofHours(6);
    private static final int LISTED = 100;

    private final Database database;
    private final Transactions transactions;
    private final VatRegister register;
    private final AccountService accounts;
    private final Sellers sellers;
    private final AuditService audit;
    private final InstantSource clock;

    VatChecks(
            Database database,
            Transactions transactions,
            VatRegister register,
            AccountService accounts,
            Sellers sellers,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.register = register;
        this.accounts = accounts;
        this.sellers = sellers;
        this.audit = audit;
        this.clock = clock;
    }

    /** Has a VAT id asked about soon, or nothing for an account that has none. In the caller's transaction. */
    void want(UUID account, Optional<VatId> id) {
        if (id.isEmpty()) {
            database.update("DELETE FROM vat_id_query WHERE account_id = ?", account);
            return;
        }
        database.update(
                "INSERT INTO vat_id_query (account_id, vat_id, next_attempt_at) VALUES (?, ?, ?)"
                        + " ON DUPLICATE KEY UPDATE vat_id = VALUES(vat_id), attempts = 0, trouble = NULL,"
                        + " next_attempt_at = VALUES(next_attempt_at)",
                account,
                id.get().toString(),
                clock.instant());
    }

    @RunOnVirtualThread
    @Scheduled(every = "1m", delayed = "30s", identity = "vat-checks", concurrentExecution = ConcurrentExecution.SKIP)
    void scheduled() {
        if (register.reachable()) {
            int answered = run(register);
            LOG.debugf("%d answers about VAT ids", answered);
        }
    }

    /** @return how many were answered */
    int run(VatRegister asked) {
        int answered = 0;
        for (int i = 0; i < MAX_PER_RUN; i++) {
            Optional<Query> query = transactions.run(this::claim);
            if (query.isEmpty()) {
                break;
            }
            answered += ask(asked, query.get()) ? 1 : 0;
        }
        return answered;
    }

    private record Query(UUID account, String vatId, int attempts) {
        static Query of(Row row) {
            return new Query(row.uuid("account_id"), row.text("vat_id"), row.integer("attempts"));
        }
    }

    private Optional<Query> claim() {
        Instant now = clock.instant();
        Optional<Query> query = database.one(
                "SELECT account_id, vat_id, attempts FROM vat_id_query WHERE next_attempt_at <= ?"
                        + " ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED",
                Query::of,
                now);
        query.ifPresent(q -> database.update(
                "UPDATE vat_id_query SET attempts = attempts + 1, next_attempt_at = ? WHERE account_id = ?",
                now.plus(wait(q.attempts())),
                q.account()));
        return query;
    }

    private static Duration wait(int attempts) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempts, 10));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    private boolean ask(VatRegister asked, Query query) {
        Optional<VatId> id = VatId.parse(query.vatId());
        Answer answer = id.map(known -> asked.ask(known, asker(query.account())))
                .orElseGet(() -> new Silent("is no VAT id by the present rules"));
        return switch (answer) {
            case Said said -> transactions.run(() -> keep(query, said));
            case Silent silent -> {
                database.update(
                        "UPDATE vat_id_query SET trouble = ? WHERE account_id = ? AND vat_id = ?",
                        silent.why(),
                        query.account(),
                        query.vatId());
                yield false;
            }
        };
    }

    private Optional<VatId> asker(UUID account) {
        return sellers.of(accounts.byId(account)).vat().id().flatMap(VatId::parse);
    }

    private boolean keep(Query query, Said said) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        insert(new Kept(query.account(), query.vatId(), now, "VIES", said), "system:vat");
        database.update(
                "UPDATE vat_id_query SET attempts = 0, trouble = NULL, next_attempt_at = ?"
                        + " WHERE account_id = ? AND vat_id = ?",
                now.plus(AGAIN),
                query.account(),
                query.vatId());
        return true;
    }

    private record Kept(UUID account, String vatId, Instant at, String source, Said said) {}

    private void insert(Kept kept, String actor) {
        database.update(
                "INSERT INTO vat_id_check (account_id, vat_id, checked_at, source, valid, name, reference, actor)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                kept.account(),
                kept.vatId(),
                kept.at(),
                kept.source(),
                kept.said().valid(),
                kept.said().name(),
                kept.said().reference(),
                actor);
    }

    /** An answer that was kept. */
    public record VatCheck(
            String vatId,
            Instant checkedAt,
            String source,
            boolean valid,
            Optional<String> name,
            Optional<String> reference,
            String actor) {
        static VatCheck of(Row row) {
            return new VatCheck(
                    row.text("vat_id"),
                    row.instant("checked_at"),
                    row.text("source"),
                    row.flag("valid"),
                    row.optionalText("name"),
                    row.optionalText("reference"),
                    row.text("actor"));
        }
    }

    /** Staff: what was answered about an account's VAT ids, newest first. */
    public List<VatCheck> list(Caller caller, UUID account) {
        Tenancy.requireStaff(caller);
        accounts.byId(account);
        return database.list(
                "SELECT vat_id, checked_at, source, valid, name, reference, actor FROM vat_id_check"
                        + " WHERE account_id = ? ORDER BY checked_at DESC LIMIT ?",
                VatCheck::of,
                account,
                LISTED);
    }

    /**
     * What staff learnt from a register by hand.
     *
     * @param reference the register's number for its answer
     * @param reason stands in the trail
     */
    public record NewCheck(
            @Nullable String vatId,
            @Nullable Boolean valid,
            @Nullable String reference,
            @Nullable String reason) {}

    /** @throws Problem 409 when the account's VAT id is another one */
    public VatCheck record(Caller caller, UUID account, NewCheck input) {
        Tenancy.requireStaff(caller);
        InputFaults faults = new InputFaults();
        String vatId = faults.text("vatId", input.vatId(), 20);
        String reference = faults.text("reference", input.reference(), 100);
        String reason = faults.text("reason", input.reason(), 500);
        Boolean valid = input.valid();
        faults.check(valid != null, "valid", "is missing");
        faults.throwIfAny();
        return transactions.run(() -> {
            accounts.byId(account);
            requireCurrent(account, vatId);
            Said said = new Said(Boolean.TRUE.equals(valid), Optional.empty(), Optional.of(reference));
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            insert(new Kept(account, vatId, now, "STAFF", said), caller.subject());
            audit.record(
                    caller,
                    Deed.of("vat-id.check", "account", account)
                            .account(account)
                            .because(reason)
                            .with("%s is %s".formatted(vatId, said.valid() ? "valid" : "not valid")));
            return list(caller, account).getFirst();
        });
    }

    private void requireCurrent(UUID account, String vatId) {
        boolean current = database.one(
                        "SELECT vat_id FROM billing_profile WHERE account_id = ? ORDER BY version DESC LIMIT 1",
                        row -> row.optionalText("vat_id"),
                        account)
                .flatMap(id -> id)
                .filter(vatId::equals)
                .isPresent();
        if (!current) {
            throw Problem.conflict("vat-id-changed", "The account's VAT id is another one now.");
        }
    }
}
