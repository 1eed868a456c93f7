package dev.berth.dunning;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.dunning.ladder.Breaker;
import dev.berth.dunning.ladder.LadderStep;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The circuit breaker: steps whose time has come pass here before anything happens, all of them together. Too many at once, or a doubt whether payments
 * come in, stops them and asks staff. The count goes over a day, so that many small runs do not slip through where a large one would not.
 */
@ApplicationScoped
class Gate {
    private static final Duration RECENT = Duration.ofDays(1);
    private static final int MAX = 10_000;

    private final Database database;
    private final Transactions transactions;
    private final PaymentHealth health;
    private final DunningSettings settings;
    private final AuditService audit;
    private final InstantSource clock;

    Gate(
            Database database,
            Transactions transactions,
            PaymentHealth health,
            DunningSettings settings,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.health = health;
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    enum Kind {
        BREAKER,
        DELETION
    }

    private record Candidate(UUID stepId, UUID accountId, LadderStep step) {
        static Candidate of(Row row) {
            return new Candidate(row.uuid("id"), row.uuid("account_id"), row.constant("step", LadderStep.class));
        }

        boolean deletes() {
            return step == LadderStep.DELETE;
        }
    }

    /** Releases what may happen, and asks staff about the rest. One replica counts at a time. */
    void decide() {
        transactions.run(() -> {
            database.one("SELECT id FROM dunning_gate WHERE id = 1 FOR UPDATE", row -> row.number("id"));
            List<Candidate> ready = ready();
            boolean ask = settings.delete() == DunningSettings.Deletion.APPROVAL;
            List<Candidate> deletions =
                    ready.stream().filter(one -> ask && one.deletes()).toList();
            List<Candidate> others =
                    ready.stream().filter(one -> !(ask && one.deletes())).toList();
            if (!deletions.isEmpty() && !waiting(Kind.DELETION)) {
                stop(Kind.DELETION, "deleting is for staff to decide", deletions);
            }
            if (!others.isEmpty() && !waiting(Kind.BREAKER)) {
                reason(others)
                        .ifPresentOrElse(why -> stop(Kind.BREAKER, why, others), () -> others.forEach(this::release));
            }
        });
    }

    private List<Candidate> ready() {
        return database.list(
                "SELECT s.id, c.account_id, s.step FROM dunning_step s JOIN dunning_case c ON c.id = s.case_id"
                        + " WHERE c.state = 'OPEN' AND s.ready_at IS NOT NULL AND s.released_at IS NULL AND s.stop_id IS NULL"
                        + " ORDER BY s.ready_at, s.id LIMIT " + MAX,
                Candidate::of);
    }

    private Optional<String> reason(List<Candidate> candidates) {
        Optional<String> trouble = health.trouble();
        if (trouble.isPresent()) {
            return trouble.map(text -> "payments may be missing: " + text);
        }
        DunningSettings.Breaker rules = settings.breaker();
        long taking = candidates.stream().map(Candidate::accountId).distinct().count();
        return new Breaker(rules.maxAccounts(), rules.maxPercent(), rules.smallNumber())
                .trips(taking, recent(), active());
    }

    /** What staff approved is not counted: they have seen it. */
    private long recent() {
        return database.number(
                "SELECT COUNT(DISTINCT c.account_id) AS n FROM dunning_step s JOIN dunning_case c ON c.id = s.case_id"
                        + " WHERE s.released_at > ? AND s.released_by = ?",
                clock.instant().minus(RECENT),
                Look.SYSTEM.subject());
    }

    private long active() {
        return database.number("SELECT COUNT(DISTINCT account_id) AS n FROM subscription WHERE valid_to IS NULL");
    }

    private boolean waiting(Kind kind) {
        return database.number("SELECT COUNT(*) AS n FROM dunning_stop WHERE waiting_kind = ?", kind) > 0;
    }

    private void stop(Kind kind, String why, List<Candidate> candidates) {
        UUID id = Ids.next(clock);
        database.update(
                "INSERT INTO dunning_stop (id, kind, state, cause, opened_at) VALUES (?, ?, 'WAITING', ?, ?)",
                id,
                kind,
                why.substring(0, Math.min(why.length(), 500)),
                clock.instant());
        candidates.forEach(
                one -> database.update("UPDATE dunning_step SET stop_id = ? WHERE id = ?", id, one.stepId()));
        audit.record(
                Look.SYSTEM,
                Deed.of("dunning.ask", "dunning-stop", id).because(why).with(candidates.size() + " steps wait"));
    }

    private void release(Candidate one) {
        database.update(
                "UPDATE dunning_step SET released_at = ?, released_by = ? WHERE id = ? AND released_at IS NULL",
                clock.instant(),
                Look.SYSTEM.subject(),
                one.stepId());
    }
}
