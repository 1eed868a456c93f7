package dev.berth.catalog;

import dev.berth.catalog.Plan.Limits;
import dev.berth.catalog.Plan.PriceLine;
import dev.berth.catalog.Shelf.Face;
import dev.berth.catalog.Shelf.Place;
import dev.berth.catalog.VersionCheck.Checked;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** Writes plans. Versions and prices are only ever added. */
@ApplicationScoped
class PlanStore {
    private static final String FINER =
            " SET n.cpu_tokens_min_millis = LEAST(o.cpu_tokens_min_millis, n.cpu_bank_millis),"
                    + " n.cpu_interval_millis = o.cpu_interval_millis, n.cpu_idle_share = o.cpu_idle_share,"
                    + " n.memory_high_bytes = LEAST(o.memory_high_bytes, n.memory_bytes), n.swap_bytes = o.swap_bytes,"
                    + " n.io_read_bytes_per_second = o.io_read_bytes_per_second,"
                    + " n.io_write_bytes_per_second = o.io_write_bytes_per_second,"
                    + " n.io_reads_per_second = o.io_reads_per_second, n.io_writes_per_second = o.io_writes_per_second,"
                    + " n.io_weight = o.io_weight,"
                    + " n.net_ceiling_bits = GREATEST(o.net_ceiling_bits, COALESCE(n.net_reserved_bits, 0)),"
                    + " n.net_share = o.net_share, n.net_received_bits = o.net_received_bits,"
                    + " n.net_cap_window = o.net_cap_window, n.net_cap_bytes = o.net_cap_bytes,"
                    + " n.net_floor_bits = o.net_floor_bits, n.addresses_ipv4 = o.addresses_ipv4,"
                    + " n.addresses_ipv6 = o.addresses_ipv6";

    /** Limits that a new version has from the one before, in so far as its other limits leave room. */
    private static final String HAND_DOWN = "UPDATE plan_version n JOIN plan_version o ON o.plan_id = n.plan_id"
            + " AND o.version = n.version - 1" + FINER + " WHERE n.id = ?";

    /** The same of a reseller's version, from the one that it stands on. */
    private static final String HAND_UP =
            "UPDATE plan_version n JOIN plan_version o ON o.id = n.wholesale_version_id" + FINER + " WHERE n.id = ?";

    private final Database database;
    private final InstantSource clock;

    PlanStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** @return how many rows were made: none where the slug is taken */
    int insert(UUID id, Place place, Face face) {
        return database.update(
                "INSERT IGNORE INTO plan (id, owner_id, slug, name, summary, position, listed)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                id,
                place.owner(),
                place.slug(),
                face.name(),
                face.summary(),
                face.position(),
                face.listed());
    }

    UUID insertVersion(UUID plan, int version, Checked checked) {
        UUID id = insert(plan, version, checked, Optional.empty());
        database.update(HAND_DOWN, id);
        checked.lines().forEach(line -> insert(id, line));
        return id;
    }

    /** @param wholesale the version of the house's plan that it stands on */
    void insertRetail(UUID plan, int version, Checked checked, UUID wholesale) {
        UUID id = insert(plan, version, checked, Optional.of(wholesale));
        database.update(HAND_UP, id);
        checked.lines().forEach(line -> insert(id, line));
    }

    private UUID insert(UUID plan, int version, Checked checked, Optional<UUID> wholesale) {
        UUID id = Ids.next(clock);
        Limits limits = checked.limits();
        database.update(
                "INSERT INTO plan_version (id, plan_id, version, valid_from, currency, cpu_baseline_milli,"
                        + " cpu_ceiling_milli, cpu_bank_millis, memory_bytes, processes, disk_bytes, disk_inodes,"
                        + " net_reserved_bits, snapshots, wholesale_version_id)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                plan,
                version,
                checked.validFrom(),
                checked.currency(),
                limits.cpuBaselineMilli(),
                limits.cpuCeilingMilli(),
                limits.cpuBankMillis(),
                limits.memoryBytes(),
                limits.processes(),
                limits.diskBytes(),
                limits.diskInodes(),
                limits.netReservedBits(),
                limits.snapshots(),
                wholesale);
        return id;
    }

    private void insert(UUID version, PriceLine line) {
        database.update(
                "INSERT INTO tariff_line (plan_version_id, position, model, meter, label, included_quantity,"
                        + " unit_quantity, unit_label, unit_price, cap_price) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                version,
                line.position(),
                line.model(),
                line.meter(),
                line.label(),
                line.includedQuantity(),
                line.unitQuantity(),
                line.unitLabel(),
                line.unitPrice().amount(),
                line.capPrice().map(Plan.Price::amount));
        for (int i = 0; i < line.tiers().size(); i++) {
            database.update(
                    "INSERT INTO tariff_tier (plan_version_id, position, tier, up_to_quantity, unit_price)"
                            + " VALUES (?, ?, ?, ?, ?)",
                    version,
                    line.position(),
                    i + 1,
                    line.tiers().get(i).upToQuantity(),
                    line.tiers().get(i).unitPrice().amount());
        }
    }
}
