package dev.berth.vps;

import dev.berth.contract.ContextSpec;
import dev.berth.contract.NetworkSpec.Rates;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.VpsService.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/**
 * Lets a VPS have a share of its plan's CPU and of its plan's rate of sending, for a time. What the plan reserves on the node stays reserved, so that
 * the way back is always free.
 */
@ApplicationScoped
public class LimitOverrides {
    /** Of {@code vps_limit_override lo}, followed by a comma. */
    static final String COLUMNS = " lo.percent AS limit_percent,";

    /** What is over on a node has its tombstone's content for ever: no override touches it. */
    static final String JOIN = " LEFT JOIN vps_limit_override lo ON lo.open_vps_id = w.id AND NOT w.tombstone";

    /** Enough to log in and to save one's files. */
    static final long FLOOR_CPU_MILLI = 50;

    static final long FLOOR_BITS = 1_000_000;

    private static final int MAX_REASON = 500;

    private final Database database;
    private final Transactions transactions;
    private final VpsService service;
    private final InstantSource clock;

    LimitOverrides(Database database, Transactions transactions, VpsService service, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.service = service;
        this.clock = clock;
    }

    /**
     * A rule's deed. Done again it does nothing.
     *
     * @param percent of the plan's ceilings, from 1 to 100
     * @param reason its owner can read it
     * @return empty where an override is in force already
     */
    public Optional<Operation> lower(Caller caller, UUID id, int percent, String reason) {
        String why = reason.substring(0, Math.min(reason.length(), MAX_REASON));
        return transactions.run(() -> {
            lock(id);
            if (inForce(id)) {
                return Optional.<Operation>empty();
            }
            Wish wish = new Wish(Kind.LIMIT, "id = id", Optional.of(why));
            return Optional.of(service.change(
                    caller,
                    id,
                    wish,
                    _ -> database.update(
                            "INSERT INTO vps_limit_override (id, vps_id, percent, reason, valid_from) VALUES (?, ?, ?, ?, ?)",
                            Ids.next(clock),
                            id,
                            percent,
                            why,
                            clock.instant())));
        });
    }

    /** @return empty where nothing is in force */
    public Optional<Operation> lift(Caller caller, UUID id, String reason) {
        return transactions.run(() -> {
            lock(id);
            if (!inForce(id)) {
                return Optional.<Operation>empty();
            }
            Wish wish = new Wish(Kind.UNLIMIT, "id = id", Optional.of(reason));
            return Optional.of(service.change(
                    caller,
                    id,
                    wish,
                    _ -> database.update(
                            "UPDATE vps_limit_override SET valid_to = GREATEST(?, valid_from) WHERE open_vps_id = ?",
                            clock.instant(),
                            id)));
        });
    }

    private void lock(UUID id) {
        UUID node = service.byId(id).node().id();
        database.one("SELECT id FROM node WHERE id = ? FOR UPDATE", row -> row.uuid("id"), node);
    }

    private boolean inForce(UUID id) {
        return database.number("SELECT COUNT(*) AS n FROM vps_limit_override WHERE open_vps_id = ?", id) > 0;
    }

    /** The plan's limits, or the share of them that is in force. */
    static ContextSpec.Limits apply(Row row, ContextSpec.Limits plan) {
        return row.optionalNumber("limit_percent")
                .map(percent -> {
                    long ceiling = share(plan.cpuCeilingMilli(), percent, FLOOR_CPU_MILLI);
                    return new ContextSpec.Limits(
                            Math.min(plan.cpuBaselineMilli(), ceiling),
                            ceiling,
                            plan.cpuBankMillis(),
                            plan.memoryBytes(),
                            plan.processes(),
                            plan.diskBytes(),
                            plan.diskInodes(),
                            plan.cpu(),
                            plan.memory(),
                            plan.io());
                })
                .orElse(plan);
    }

    /** Only what has a ceiling gets a lower one. */
    static Optional<Rates> apply(Row row, Optional<Rates> plan) {
        Optional<Long> percent = row.optionalNumber("limit_percent");
        return plan.map(rates -> {
            if (percent.isEmpty() || rates.ceilingBits().isEmpty()) {
                return rates;
            }
            long ceiling = share(rates.ceilingBits().get(), percent.get(), FLOOR_BITS);
            return new Rates(
                    rates.reservedBits().map(bits -> Math.min(bits, ceiling)),
                    Optional.of(ceiling),
                    rates.share(),
                    rates.receivedBits());
        });
    }

    private static long share(long whole, long percent, long floor) {
        return Math.max(whole / 100 * percent + whole % 100 * percent / 100, Math.min(whole, floor));
    }
}
