package dev.berth.invoice;

import dev.berth.catalog.AddOn;
import dev.berth.metering.Meter;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.rating.AddOnPrice;
import dev.berth.units.AccountId;
import dev.berth.units.Period;
import dev.berth.units.UnitPrice;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Which VPS had which add-ons and addresses, read from history. */
@ApplicationScoped
class AddOnStore {
    private final Database database;

    AddOnStore(Database database) {
        this.database = database;
    }

    /**
     * So many units of an add-on, for so long.
     *
     * @param newUnits how many were set up when it began
     * @param quantity what one unit gives
     * @param below what the house is paid for it
     * @param resold whether it stands on a reseller's bill to its customer, at its price: the reseller set one, or it was bought before resellers
     *     could
     * @param to empty while it goes on
     */
    record Had(
            UUID id,
            UUID vpsId,
            AccountId account,
            AddOn.Kind kind,
            Optional<Meter> meter,
            BigInteger quantity,
            AddOnPrice price,
            AddOnPrice below,
            boolean resold,
            int units,
            int newUnits,
            Instant from,
            Optional<Instant> to) {
        /** How many an ADDRESS gives. */
        long addresses() {
            return Math.multiplyExact(units, quantity.longValueExact());
        }

        Optional<Period> within(Period period) {
            Instant end = to.orElse(period.to());
            return from.isBefore(end) ? new Period(from, end).intersection(period) : Optional.empty();
        }
    }

    /** Of these VPS in a period, in order. */
    List<Had> of(List<UUID> vpsIds, Period period) {
        if (vpsIds.isEmpty()) {
            return List.of();
        }
        List<Object> values = new ArrayList<>(vpsIds);
        values.add(period.to());
        values.add(period.from());
        return database.list(
                "SELECT x.id, x.vps_id, x.account_id, o.kind, o.meter, o.quantity, o.name, x.add_on_version_id,"
                        + " w.currency, w.monthly_price, w.setup_price, x.units, x.new_units, x.valid_from, x.valid_to,"
                        + " b.id AS below_id, COALESCE(h.name, o.name) AS below_name, b.monthly_price AS below_monthly,"
                        + " b.setup_price AS below_setup, (w.wholesale_version_id IS NOT NULL OR x.passed_on) AS resold"
                        + " FROM add_on_subscription x JOIN add_on o ON o.id = x.add_on_id JOIN add_on_version w ON w.id ="
                        + " x.add_on_version_id JOIN add_on_version b ON b.id = COALESCE(w.wholesale_version_id, w.id)"
                        + " LEFT JOIN add_on h ON h.id = o.wholesale_id WHERE x.vps_id IN ("
                        + String.join(", ", Collections.nCopies(vpsIds.size(), "?"))
                        + ") AND x.valid_from < ? AND (x.valid_to IS NULL OR x.valid_to > ?) ORDER BY x.valid_from,"
                        + " x.id",
                AddOnStore::had,
                values.toArray());
    }

    private static Had had(Row row) {
        Currency currency = Currency.getInstance(row.text("currency"));
        AddOnPrice price = new AddOnPrice(
                row.uuid("add_on_version_id"),
                row.text("name"),
                new UnitPrice(row.decimal("monthly_price"), currency),
                new UnitPrice(row.decimal("setup_price"), currency));
        AddOnPrice below = new AddOnPrice(
                row.uuid("below_id"),
                row.text("below_name"),
                new UnitPrice(row.decimal("below_monthly"), currency),
                new UnitPrice(row.decimal("below_setup"), currency));
        return new Had(
                row.uuid("id"),
                row.uuid("vps_id"),
                new AccountId(row.uuid("account_id")),
                row.constant("kind", AddOn.Kind.class),
                row.optionalText("meter").map(Meter::valueOf),
                row.decimal("quantity").toBigIntegerExact(),
                price,
                below,
                row.number("resold") == 1,
                row.integer("units"),
                row.integer("new_units"),
                row.instant("valid_from"),
                row.optionalInstant("valid_to"));
    }

    /** How many IPv4 addresses the fee of a plan version covers. */
    long addressesOfPlan(UUID planVersion) {
        return database.number("SELECT addresses_ipv4 AS n FROM plan_version WHERE id = ?", planVersion);
    }

    /** When a VPS had which of its IPv4 addresses. */
    List<Period> addresses(UUID vpsId, Period within) {
        return database.list(
                "SELECT s.valid_from, s.valid_to FROM ip_assignment s"
                        + " JOIN ip_address i ON i.id = s.address_id WHERE s.vps_id = ?"
                        + " AND INSTR(i.address, ':') = 0 AND s.valid_from < ?"
                        + " AND (s.valid_to IS NULL OR s.valid_to > GREATEST(?, s.valid_from))",
                row -> new Period(
                        row.instant("valid_from"),
                        row.optionalInstant("valid_to").orElse(within.to())),
                vpsId,
                within.to(),
                within.from());
    }
}
