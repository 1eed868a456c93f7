package dev.berth.dunning;

import dev.berth.audit.AuditService;
import dev.berth.dunning.CaseStore.Pressing;
import dev.berth.dunning.CaseStore.StepRow;
import dev.berth.dunning.Overdue.Unpaid;
import dev.berth.dunning.ladder.Deed.Take;
import dev.berth.dunning.ladder.Ladder;
import dev.berth.dunning.ladder.LadderStep;
import dev.berth.dunning.ladder.Situation;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.LimitOverrides;
import dev.berth.vps.Operation;
import dev.berth.vps.Suspensions;
import dev.berth.vps.Vps.Suspension.How;
import dev.berth.vps.VpsService;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Makes VPS what their account's case says, one transaction for each VPS, with the case's row held, the debt read and the ladder asked again: who has
 * paid by then is not touched, and what was let happen for a debt does not happen for another one. What cannot be done now (a VPS that moves) is tried
 * again at the next look. When nothing is left to hold back for, everything is undone, until the nodes have shown it.
 */
@ApplicationScoped
class Effects {
    private static final int MAX_VPS = 1_000;
    /** True also where a card is charged for what is overdue. */
    private static final String NOTHING_LEFT = "Nothing is left that anything is held back for.";

    /** Of an account, without what is being deleted, gone, or lost with its node. */
    private static final String SERVERS =
            "SELECT v.id FROM vps v WHERE v.account_id = ? AND v.desired_state <> 'DELETED'"
                    + " AND v.observed_state <> 'GONE' AND NOT EXISTS (SELECT 1 FROM node_death d WHERE d.node_id = v.node_id)";

    private final Database database;
    private final Transactions transactions;
    private final CaseStore cases;
    private final Notices notices;
    private final Suspensions suspensions;
    private final LimitOverrides limits;
    private final VpsService servers;
    private final DunningSettings settings;
    private final AuditService audit;
    private final InstantSource clock;

    Effects(
            Database database,
            Transactions transactions,
            CaseStore cases,
            Notices notices,
            Suspensions suspensions,
            LimitOverrides limits,
            VpsService servers,
            DunningSettings settings,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.cases = cases;
        this.notices = notices;
        this.suspensions = suspensions;
        this.limits = limits;
        this.servers = servers;
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    /** @return what could not be done yet; empty when all is as it should be */
    Optional<String> carryOut(UUID caseId) {
        DunningCase one = cases.byId(caseId);
        return switch (one.state()) {
            case OPEN -> enforce(one);
            case RESUMING -> undo(one);
            case CLOSED -> Optional.empty();
        };
    }

    private Optional<String> enforce(DunningCase one) {
        Optional<StepRow> step = cases.steps(one.id()).stream()
                .filter(row -> row.releasedAt().isPresent())
                .reduce((first, second) -> second);
        if (step.isEmpty()) {
            return Optional.empty();
        }
        List<UUID> left = database.list(
                SERVERS + " AND " + lacking(step.get().step()) + " ORDER BY v.id LIMIT " + MAX_VPS,
                row -> row.uuid("id"),
                one.accountId());
        Optional<String> rest = each(one, left, vps -> enforce(one.id(), step.get(), vps));
        if (rest.isEmpty() && step.get().doneAt().isEmpty()) {
            transactions.run(() -> finish(one.id(), step.get()));
        }
        return rest;
    }

    /** Of which VPS a step still has something to do with; those made after it included. */
    private static String lacking(LadderStep step) {
        String held = "NOT EXISTS (SELECT 1 FROM vps_suspension s WHERE s.vps_id = v.id AND s.cause = 'OVERDUE'"
                + " AND s.valid_to IS NULL%s)";
        return switch (step) {
            case REMIND -> "FALSE";
            case LIMIT -> "NOT EXISTS (SELECT 1 FROM vps_limit_override o WHERE o.open_vps_id = v.id)";
            case FREEZE -> held.formatted("");
            case STOP, ARCHIVE -> held.formatted(" AND s.how = 'STOP'");
            case DELETE -> "TRUE";
        };
    }

    /** Every VPS, whatever is wrong with another. */
    private Optional<String> each(DunningCase one, List<UUID> ids, Function<UUID, Boolean> work) {
        Optional<String> rest = Optional.empty();
        for (UUID vps : ids) {
            try {
                if (!work.apply(vps)) {
                    return rest;
                }
            } catch (Problem problem) {
                rest = Optional.of("VPS %s of case %s: %s".formatted(vps, one.id(), problem.detail()));
            }
        }
        return rest;
    }

    /** What is overdue, with the case locked; empty when the step is not to be enforced now. */
    private List<Unpaid> enforceable(UUID caseId, StepRow step) {
        return cases.lock(caseId)
                .filter(DunningCase::open)
                .map(one -> enforceable(one, step))
                .orElse(List.of());
    }

    private List<Unpaid> enforceable(DunningCase one, StepRow step) {
        Instant now = clock.instant();
        Pressing pressing = cases.pressing(one, now);
        Situation situation = cases.situation(one, pressing);
        boolean holds = step.doneAt().isPresent() ? !situation.held(now) : due(one, situation, step, now);
        return holds ? pressing.unpaid() : List.of();
    }

    /** Its debt is there still, and nothing comes before it. */
    private static boolean due(DunningCase one, Situation situation, StepRow step, Instant now) {
        return Ladder.due(one.policy(), situation, now).stream()
                .anyMatch(deed -> deed instanceof Take take && take.step() == step.step());
    }

    /** @return false when the case is not to be enforced any more */
    private boolean enforce(UUID caseId, StepRow step, UUID vps) {
        return transactions.run(() -> {
            List<Unpaid> unpaid = enforceable(caseId, step);
            if (unpaid.isEmpty()) {
                return false;
            }
            apply(step.step(), vps, Letters.reason(unpaid.getFirst()))
                    .ifPresent(
                            operation -> cases.effect(caseId, vps, step.step().name(), Optional.of(operation.id())));
            return true;
        });
    }

    private Optional<Operation> apply(LadderStep step, UUID vps, String reason) {
        return switch (step) {
            case REMIND -> Optional.empty();
            case LIMIT -> limits.lower(Look.SYSTEM, vps, settings.limitPercent(), reason);
            case FREEZE -> suspensions.hold(Look.SYSTEM, vps, How.FREEZE, reason);
            case STOP, ARCHIVE -> suspensions.hold(Look.SYSTEM, vps, How.STOP, reason);
            case DELETE -> Optional.of(servers.remove(Look.SYSTEM, vps, reason));
        };
    }

    private void finish(UUID caseId, StepRow step) {
        List<Unpaid> unpaid = enforceable(caseId, step);
        if (unpaid.isEmpty()) {
            return;
        }
        DunningCase one = cases.byId(caseId);
        cases.done(step.id());
        boolean deleted = step.step() == LadderStep.DELETE;
        notices.tell(one, letters -> deleted ? letters.deleted(unpaid) : letters.taken(step.step(), unpaid));
        audit.record(
                Look.SYSTEM,
                Look.entry(
                        one,
                        "dunning." + step.step().name().toLowerCase(Locale.ROOT),
                        Letters.reason(unpaid.getFirst()),
                        "released by " + step.releasedBy().orElse("nobody")));
    }

    private Optional<String> undo(DunningCase one) {
        boolean anew = database.number(
                        "SELECT COUNT(*) AS n FROM dunning_case c JOIN dunning_step s ON s.case_id = c.id"
                                + " WHERE c.open_account_id = ? AND s.released_at IS NOT NULL",
                        one.accountId())
                > 0;
        return anew ? close(one, "another case holds them by now") : release(one);
    }

    private Optional<String> release(DunningCase one) {
        List<UUID> held = database.list(
                SERVERS + " AND (EXISTS (SELECT 1 FROM vps_suspension s WHERE s.vps_id = v.id AND s.cause = 'OVERDUE'"
                        + " AND s.valid_to IS NULL) OR EXISTS (SELECT 1 FROM vps_limit_override o WHERE o.open_vps_id = v.id))"
                        + " ORDER BY v.id LIMIT " + MAX_VPS,
                row -> row.uuid("id"),
                one.accountId());
        Optional<String> rest = each(one, held, vps -> undo(one.id(), vps));
        return rest.or(() -> confirm(one));
    }

    private boolean undo(UUID caseId, UUID vps) {
        return transactions.run(() -> {
            if (cases.lock(caseId)
                    .filter(one -> one.state() == DunningCase.State.RESUMING)
                    .isEmpty()) {
                return false;
            }
            String reason = NOTHING_LEFT;
            Optional<Operation> lifted = limits.lift(Look.SYSTEM, vps, reason);
            Optional<Operation> released = suspensions.release(Look.SYSTEM, vps, reason);
            released.or(() -> lifted)
                    .ifPresent(operation -> cases.effect(caseId, vps, "RESUME", Optional.of(operation.id())));
            return true;
        });
    }

    /** Closed when each node has shown that it has done what it was told. */
    private Optional<String> confirm(DunningCase one) {
        long open = database.number(
                "SELECT COUNT(DISTINCT v.id) AS n FROM dunning_effect e JOIN vps v ON v.id = e.vps_id WHERE e.case_id = ?"
                        + " AND v.id IN (" + SERVERS
                        + ") AND (v.observed_generation < v.generation OR v.failure IS NOT NULL)",
                one.id(),
                one.accountId());
        if (open > 0) {
            return Optional.of("%d VPS are not yet as their owner wants, as their nodes say.".formatted(open));
        }
        return close(one, "every VPS is as its owner wants");
    }

    private Optional<String> close(DunningCase one, String how) {
        transactions.run(() -> cases.lock(one.id()).ifPresent(locked -> {
            cases.closed(locked.id());
            audit.record(Look.SYSTEM, Look.entry(locked, "dunning.closed", NOTHING_LEFT, how));
        }));
        return Optional.empty();
    }
}
