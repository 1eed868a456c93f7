package dev.berth.cpu;

import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Which caps were in force, and what nodes were told because of them. */
@ApplicationScoped
class SurplusCapStore {
    /** VPS whose limit is another one now: a new period or plan, a reading that was missing, or a cap that is not told yet. */
    private static final String DUE = "SELECT v.id FROM cpu_surplus_cap c JOIN vps v ON v.id = c.open_vps_id"
            + " LEFT JOIN cpu_surplus_limit l ON l.id = (SELECT x.id FROM cpu_surplus_limit x WHERE x.vps_id = v.id"
            + " ORDER BY x.made_at DESC, x.id DESC LIMIT 1)"
            + " LEFT JOIN subscription s ON s.vps_id = v.id AND s.valid_to IS NULL"
            + " WHERE v.desired_state <> 'DELETED' AND (l.id IS NULL OR NOT l.cap_id <=> c.id OR NOT l.settled"
            + " OR l.period_to <= ? OR NOT l.subscription_id <=> s.id) AND v.id > ? ORDER BY v.id LIMIT ";

    private final Database database;
    private final InstantSource clock;

    SurplusCapStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    record Cap(UUID id, Money monthly, Instant since) {}

    Optional<Cap> of(UUID vpsId) {
        return database.one(
                "SELECT id, monthly_cap, currency, valid_from FROM cpu_surplus_cap WHERE open_vps_id = ?",
                row -> new Cap(
                        row.uuid("id"),
                        new Money(row.number("monthly_cap"), Currency.getInstance(row.text("currency"))),
                        row.instant("valid_from")),
                vpsId);
    }

    void end(UUID vpsId) {
        database.update(
                "UPDATE cpu_surplus_cap SET valid_to = GREATEST(?, valid_from) WHERE open_vps_id = ?", now(), vpsId);
    }

    void begin(UUID vpsId, UUID accountId, Money monthly, String decidedBy) {
        database.update(
                "INSERT INTO cpu_surplus_cap (id, vps_id, account_id, monthly_cap, currency, decided_by, valid_from)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                Ids.next(clock),
                vpsId,
                accountId,
                monthly.minor(),
                monthly.currency().getCurrencyCode(),
                decidedBy,
                now());
    }

    /** @param basis empty where surplus ended */
    void told(UUID vpsId, Optional<Basis> basis) {
        database.update(
                "INSERT INTO cpu_surplus_limit (id, vps_id, cap_id, subscription_id, period_to, measured_micros,"
                        + " granted_micros, settled, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                Ids.next(clock),
                vpsId,
                basis.map(Basis::cap),
                basis.map(Basis::subscription),
                basis.map(Basis::periodTo),
                basis.map(Basis::measuredMicros).orElse(0L),
                basis.map(Basis::grantedMicros).orElse(0L),
                basis.map(Basis::settled).orElse(true),
                now());
    }

    /** What a limit was computed from: it is the sum of the two amounts. */
    record Basis(
            UUID cap, UUID subscription, Instant periodTo, long measuredMicros, long grantedMicros, boolean settled) {
        long limitMicros() {
            return Math.addExact(measuredMicros, grantedMicros);
        }
    }

    Optional<Basis> lastTold(UUID vpsId) {
        return database.one(
                        "SELECT cap_id, subscription_id, period_to, measured_micros, granted_micros, settled"
                                + " FROM cpu_surplus_limit WHERE vps_id = ? ORDER BY made_at DESC, id DESC LIMIT 1",
                        row -> row.optionalUuid("cap_id")
                                .map(cap -> new Basis(
                                        cap,
                                        row.uuid("subscription_id"),
                                        row.instant("period_to"),
                                        row.number("measured_micros"),
                                        row.number("granted_micros"),
                                        row.flag("settled"))),
                        vpsId)
                .flatMap(basis -> basis);
    }

    List<UUID> due(UUID after, int most) {
        return database.list(DUE + most, row -> row.uuid("id"), clock.instant(), after);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
