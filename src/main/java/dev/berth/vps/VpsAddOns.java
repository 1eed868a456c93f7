package dev.berth.vps;

import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnCatalog;
import dev.berth.network.AddressFamily;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.vps.VpsPlan.Obstacle;
import dev.berth.vps.VpsService.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What VPS have beside their plans: more addresses and snapshots, a higher cap on a month's traffic. The history is only
 * added to: another number of units ends a row and begins one at the same instant.
 */
@ApplicationScoped
public class VpsAddOns {
    /** Addresses of both versions of IP, and snapshots, that a node's spec carries at most. */
    static final int MOST_ADDRESSES = 16;

    /** Units of any add-on that a VPS can have. */
    public static final int MOST_UNITS = 1_000;

    private static final int MOST_SNAPSHOTS = 32;

    private static final BigDecimal MANY = BigDecimal.valueOf(1_000_000_000_000L);

    private static final String OPEN =
            "FROM add_on_subscription x JOIN add_on o ON o.id = x.add_on_id WHERE x.open_vps_id = ";

    /** Bytes by which add-ons raise the cap on what a VPS sends in a month; for a query with {@code vps v}. */
    static final String MORE_SENT =
            "(SELECT CAST(LEAST(COALESCE(SUM(x.units * o.quantity), 0), 1000000000000000000) AS SIGNED) " + OPEN
                    + "v.id AND o.kind = 'ALLOWANCE' AND o.meter = 'NETWORK_BYTES_SENT')";

    /** The same for snapshots. */
    static final String MORE_SNAPSHOTS = "(SELECT CAST(LEAST(COALESCE(SUM(x.units * o.quantity), 0), 32) AS SIGNED) "
            + OPEN + "v.id AND o.kind = 'SNAPSHOT')";

    /** An add-on of the house with all that resellers sell over it, named by any of them. */
    private static final String SAME = "SELECT f.id FROM add_on f JOIN add_on g ON COALESCE(f.wholesale_id, f.id)"
            + " = COALESCE(g.wholesale_id, g.id) WHERE g.id = ?";

    private final Database database;
    private final VpsService service;
    private final Snapshots snapshots;
    private final AddOnCatalog catalog;
    private final InstantSource clock;

    VpsAddOns(Database database, VpsService service, Snapshots snapshots, AddOnCatalog catalog, InstantSource clock) {
        this.database = database;
        this.service = service;
        this.snapshots = snapshots;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * An add-on that a VPS has.
     *
     * @param addOn in the version that is paid
     * @param since when it has had so many units
     */
    public record Has(UUID id, AddOn addOn, int units, Instant since) {}

    /** In the order in which they came. */
    public List<Has> of(UUID vpsId) {
        return database.list(
                "SELECT id, add_on_version_id, units, valid_from FROM add_on_subscription WHERE open_vps_id = ?"
                        + " ORDER BY valid_from, id",
                this::has,
                vpsId);
    }

    private Has has(Row row) {
        return new Has(
                row.uuid("id"),
                catalog.byVersion(row.uuid("add_on_version_id")),
                row.integer("units"),
                row.instant("valid_from"));
    }

    /** What it has of the same thing, whoever sold it: at most one. */
    public Optional<Has> same(UUID vpsId, UUID addOnId) {
        return database.one(
                "SELECT x.id, x.add_on_version_id, x.units, x.valid_from FROM add_on_subscription x"
                        + " WHERE x.open_vps_id = ? AND x.add_on_id IN (" + SAME + ")",
                this::has,
                vpsId,
                addOnId);
    }

    /** Addresses that it may have beside its plan's; those of IPv6 are no add-on. */
    long more(UUID vpsId, AddressFamily family) {
        return switch (family) {
            case IPV4 ->
                database.number(
                        "SELECT CAST(LEAST(COALESCE(SUM(x.units * o.quantity), 0), 16) AS SIGNED) AS n " + OPEN
                                + "? AND o.kind = 'ADDRESS'",
                        vpsId);
            case IPV6 -> 0;
        };
    }

    /** Snapshots that it may have beside its plan's. */
    long moreSnapshots(UUID vpsId) {
        return database.number("SELECT " + MORE_SNAPSHOTS + " AS n FROM vps v WHERE v.id = ?", vpsId);
    }

    /** Everything that stands in the way of so many units instead of those it has; none: 0. */
    public List<Obstacle> obstacles(Vps vps, AddOn addOn, int units) {
        int now = same(vps.id(), addOn.id()).map(Has::units).orElse(0);
        int sold = units(vps.id(), addOn.id());
        List<Obstacle> found = new ArrayList<>();
        check(found, units != sold, "same-units", "It has %d of it already.".formatted(sold));
        check(
                found,
                units <= addOn.most(),
                "too-many-units",
                "A VPS can have %d of it at most.".formatted(addOn.most()));
        long change = Math.multiplyExact(units - now, addOn.quantity().min(MANY).longValueExact());
        switch (addOn.kind()) {
            case ADDRESS -> addresses(found, vps, change);
            case SNAPSHOT -> snapshots(found, vps, change);
            case ALLOWANCE ->
                check(
                        found,
                        change <= 0 || counts(addOn, vps.plan().versionId()),
                        "no-effect",
                        "Its plan has no allowance of %s, so more of it would give nothing."
                                .formatted(addOn.meter().orElse("")));
            case CPU_CREDIT ->
                check(found, false, "bought-once", "CPU credit is bought on the page CPU, each time anew.");
            case OTHER -> {}
        }
        return found;
    }

    private static void check(List<Obstacle> found, boolean holds, String code, String sentence) {
        if (!holds) {
            found.add(new Obstacle(code, sentence));
        }
    }

    private void addresses(List<Obstacle> found, Vps vps, long change) {
        record Allowed(long ipv4, long ipv6) {}
        Allowed plan = database.one(
                        "SELECT addresses_ipv4, addresses_ipv6 FROM plan_version WHERE id = ?",
                        row -> new Allowed(row.number("addresses_ipv4"), row.number("addresses_ipv6")),
                        vps.plan().versionId())
                .orElseThrow();
        long allowed = plan.ipv4() + more(vps.id(), AddressFamily.IPV4) + change;
        long has = vps.addresses().stream().filter(AddressFamily.IPV4::has).count();
        check(
                found,
                has <= allowed || change > 0,
                "addresses-in-use",
                "It has %d IPv4 addresses and could have %d: give some back first.".formatted(has, allowed));
        check(
                found,
                change <= 0 || allowed + plan.ipv6() <= MOST_ADDRESSES,
                "too-many-addresses",
                "A VPS can have %d addresses in all.".formatted(MOST_ADDRESSES));
    }

    private void snapshots(List<Obstacle> found, Vps vps, long change) {
        long allowed = snapshots.allowed(vps.id()) + change;
        int used = snapshots.used(vps.id());
        check(
                found,
                used <= allowed || change > 0,
                "snapshots-in-use",
                "It has %d snapshots and could have %d: delete some first.".formatted(used, allowed));
        check(
                found,
                change <= 0 || allowed <= MOST_SNAPSHOTS,
                "too-many-snapshots",
                "A VPS can have %d snapshots at most.".formatted(MOST_SNAPSHOTS));
    }

    /** Whether its plan has an allowance of the meter, or caps it by the month. */
    private boolean counts(AddOn addOn, UUID planVersionId) {
        return database.number(
                        "SELECT (EXISTS (SELECT 1 FROM tariff_line t WHERE t.plan_version_id = pv.id AND t.meter = ?"
                                + " AND t.model IN ('USAGE', 'PACKAGE')) OR (? = 'NETWORK_BYTES_SENT'"
                                + " AND pv.net_cap_window <=> 'MONTH')) AS n FROM plan_version pv WHERE pv.id = ?",
                        addOn.meter(),
                        addOn.meter(),
                        planVersionId)
                == 1;
    }

    /** What would be paid for nothing if a VPS went on a plan with what it has. */
    List<Obstacle> idleOn(UUID vpsId, UUID planVersionId) {
        return of(vpsId).stream()
                .map(Has::addOn)
                .filter(addOn -> addOn.kind() == AddOn.Kind.ALLOWANCE && !counts(addOn, planVersionId))
                .map(addOn -> new Obstacle(
                        "add-on-no-effect",
                        "This plan has no allowance that %s would add to: give it up first.".formatted(addOn.name())))
                .toList();
    }

    /** How many units a VPS has now. */
    public int units(UUID vpsId, UUID addOnId) {
        return (int) database.number(
                "SELECT COALESCE(SUM(units), 0) AS n FROM add_on_subscription WHERE open_vps_id = ? AND add_on_id = ?",
                vpsId,
                addOnId);
    }

    /**
     * In the transaction of who asks; the caller may change the VPS.
     *
     * @param addOn in the version to be paid from now on
     * @param units from now on; 0 ends it
     * @throws Problem 409 with every obstacle, under the first one's code
     */
    public Operation change(Caller caller, UUID id, AddOn addOn, int units) {
        String what = units == 0 ? "without " + addOn.name() : "%d × %s".formatted(units, addOn.name());
        Wish wish = new Wish(Operation.Kind.CHANGE_ADD_ONS, "desired_state = desired_state", Optional.of(what));
        return service.change(caller, id, wish, vps -> take(vps, addOn, units));
    }

    private void take(Vps vps, AddOn addOn, int units) {
        List<Obstacle> found = obstacles(vps, addOn, units);
        if (!found.isEmpty()) {
            throw Problem.conflict(
                    found.getFirst().code(),
                    found.stream().map(Obstacle::sentence).collect(Collectors.joining(" ")));
        }
        Instant now = clock.instant();
        Optional<Has> had = same(vps.id(), addOn.id());
        had.ifPresent(
                one -> database.update("UPDATE add_on_subscription SET valid_to = ? WHERE id = ?", now, one.id()));
        if (units > 0) {
            database.update(
                    "INSERT INTO add_on_subscription (id, vps_id, account_id, add_on_id, add_on_version_id, units,"
                            + " new_units, valid_from, passed_on) SELECT ?, ?, ?, ?, ?, ?, ?, ?, EXISTS (SELECT 1 FROM"
                            + " add_on_subscription x WHERE x.id = ? AND x.passed_on AND x.add_on_version_id = ?)",
                    Ids.next(clock),
                    vps.id(),
                    vps.accountId(),
                    addOn.id(),
                    addOn.versionId(),
                    units,
                    Math.max(units - had.map(Has::units).orElse(0), 0),
                    now,
                    // fewer of what was passed on are passed on
                    had.map(Has::id),
                    addOn.versionId());
        }
    }
}
