package dev.berth.vps;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnCatalog;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.VpsService.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * CPU credit that was bought for VPS. Each purchase is a row that never changes; what a node is told is their sum, so that being
 * told it again gives nothing twice.
 */
@ApplicationScoped
public class CpuPacks {
    private static final String SUM = "CAST(SUM(x.units * o.quantity) * 1000000 AS SIGNED) AS n"
            + " FROM add_on_subscription x JOIN add_on o ON o.id = x.add_on_id AND o.kind = 'CPU_CREDIT' WHERE x.vps_id = ";

    /** CPU-microseconds ever bought; NULL for none. For a query with {@code vps v}, followed by a comma. */
    static final String CREDIT = " (SELECT " + SUM + "v.id) AS cpu_credit_micros,";

    /** A counter's 64 bits, with some room. */
    private static final long MOST_MICROS = Long.MAX_VALUE / 2;

    private static final long MICROS_OF_SECOND = 1_000_000;

    private final Database database;
    private final VpsService service;
    private final AddOnCatalog catalog;
    private final InstantSource clock;

    CpuPacks(Database database, VpsService service, AddOnCatalog catalog, InstantSource clock) {
        this.database = database;
        this.service = service;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * A purchase.
     *
     * @param addOn in the version that was paid
     */
    public record Purchase(UUID id, AddOn addOn, int units, Instant at) {}

    /** The newest first. */
    public List<Purchase> of(UUID vpsId) {
        return database.list(
                "SELECT x.id, x.add_on_version_id, x.units, x.valid_from FROM add_on_subscription x JOIN add_on o"
                        + " ON o.id = x.add_on_id WHERE x.vps_id = ? AND o.kind = 'CPU_CREDIT'"
                        + " ORDER BY x.valid_from DESC, x.id DESC LIMIT 200",
                row -> new Purchase(
                        row.uuid("id"),
                        catalog.byVersion(row.uuid("add_on_version_id")),
                        row.integer("units"),
                        row.instant("valid_from")),
                vpsId);
    }

    /** CPU-microseconds ever bought. */
    public long boughtMicros(UUID vpsId) {
        return database.one("SELECT " + SUM + "?", row -> row.optionalNumber("n"), vpsId)
                .flatMap(n -> n)
                .orElse(0L);
    }

    /** In the transaction of who asks; the caller may change the VPS. */
    public Operation buy(Caller caller, UUID id, AddOn pack, int units) {
        String what = "CPU credit: %d × %s".formatted(units, pack.name());
        Wish wish = new Wish(Operation.Kind.CHANGE_ADD_ONS, "desired_state = desired_state", Optional.of(what));
        return service.change(caller, id, wish, vps -> insert(vps, pack, units));
    }

    private void insert(Vps vps, AddOn pack, int units) {
        long more = Math.multiplyExact(pack.quantity().longValueExact() * MICROS_OF_SECOND, units);
        if (boughtMicros(vps.id()) > MOST_MICROS - more) {
            throw Problem.conflict("too-much-credit", "So much CPU time is more than can be counted.");
        }
        // it was had for a microsecond: so it lies in one billing period, and nothing of it goes on
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        database.update(
                "INSERT INTO add_on_subscription (id, vps_id, account_id, add_on_id, add_on_version_id, units, new_units,"
                        + " valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                Ids.next(clock),
                vps.id(),
                vps.accountId(),
                pack.id(),
                pack.versionId(),
                units,
                units,
                now,
                now.plus(1, ChronoUnit.MICROS));
    }
}
