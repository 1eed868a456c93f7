package dev.berth.invoice;

import dev.berth.metering.Meter;
import dev.berth.platform.Database;
import dev.berth.platform.Row;
import dev.berth.rating.HourlyPrice;
import dev.berth.rating.OneOffPrice;
import dev.berth.rating.PackagePrice;
import dev.berth.rating.Price;
import dev.berth.rating.RecurringPrice;
import dev.berth.rating.Tariff;
import dev.berth.rating.TariffLine;
import dev.berth.rating.TieredPrice;
import dev.berth.rating.TieredPrice.Tier;
import dev.berth.rating.UsagePrice;
import dev.berth.rating.VolumePrice;
import dev.berth.units.UnitPrice;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Currency;
import java.util.List;
import java.util.UUID;

/** Reads the tariff of a plan version. */
@ApplicationScoped
class TariffStore {
    private final Database database;

    TariffStore(Database database) {
        this.database = database;
    }

    private record Head(String name, Currency currency) {}

    Tariff tariff(UUID planVersion) {
        Head head = database.one(
                        "SELECT p.name, v.currency FROM plan_version v JOIN plan p ON p.id = v.plan_id WHERE v.id = ?",
                        row -> new Head(row.text("name"), Currency.getInstance(row.text("currency"))),
                        planVersion)
                .orElseThrow(() -> new IllegalStateException("no plan version " + planVersion));
        List<TariffLine> lines = database.list(
                "SELECT position, model, meter, label, included_quantity, unit_quantity, unit_label, unit_price,"
                        + " cap_price FROM tariff_line WHERE plan_version_id = ? ORDER BY position",
                row -> new TariffLine(
                        row.integer("position"),
                        row.text("label"),
                        row.text("unit_label"),
                        price(planVersion, row, head.currency())),
                planVersion);
        return new Tariff(planVersion, head.name(), head.currency(), lines);
    }

    private Price price(UUID planVersion, Row row, Currency currency) {
        UnitPrice unitPrice = new UnitPrice(row.decimal("unit_price"), currency);
        String model = row.text("model");
        return switch (model) {
            case "RECURRING" -> new RecurringPrice(unitPrice);
            case "ONE_OFF" -> new OneOffPrice(unitPrice);
            case "HOURLY" ->
                new HourlyPrice(unitPrice, row.optionalDecimal("cap_price").map(cap -> new UnitPrice(cap, currency)));
            case "USAGE" ->
                new UsagePrice(meter(row), whole(row, "included_quantity"), whole(row, "unit_quantity"), unitPrice);
            case "PACKAGE" ->
                new PackagePrice(meter(row), whole(row, "included_quantity"), whole(row, "unit_quantity"), unitPrice);
            case "TIERED" ->
                new TieredPrice(
                        meter(row), whole(row, "unit_quantity"), tiers(planVersion, row.integer("position"), currency));
            case "VOLUME" ->
                new VolumePrice(
                        meter(row), whole(row, "unit_quantity"), tiers(planVersion, row.integer("position"), currency));
            default -> throw new IllegalStateException("no price model " + model);
        };
    }

    private List<Tier> tiers(UUID planVersion, int position, Currency currency) {
        return database.list(
                "SELECT up_to_quantity, unit_price FROM tariff_tier WHERE plan_version_id = ? AND position = ?"
                        + " ORDER BY tier",
                row -> new Tier(
                        row.optionalText("up_to_quantity").map(BigInteger::new),
                        new UnitPrice(row.decimal("unit_price"), currency)),
                planVersion,
                position);
    }

    private static Meter meter(Row row) {
        return Meter.valueOf(row.text("meter"));
    }

    private static BigInteger whole(Row row, String column) {
        BigDecimal value = row.decimal(column);
        return value.toBigIntegerExact();
    }

    /** Base units of one unit of the price, and its price; of the first tier where there are several. */
    record Unit(BigInteger quantity, BigDecimal price) {
        private static final BigInteger HOUR = BigInteger.valueOf(3_600);

        static Unit of(Price price) {
            return switch (price) {
                case RecurringPrice p -> new Unit(BigInteger.ONE, p.perMonth().amount());
                case OneOffPrice p -> new Unit(BigInteger.ONE, p.once().amount());
                case HourlyPrice p -> new Unit(HOUR, p.perHour().amount());
                case UsagePrice p -> new Unit(p.unitQuantity(), p.perUnit().amount());
                case PackagePrice p ->
                    new Unit(p.packageQuantity(), p.perPackage().amount());
                case TieredPrice p -> new Unit(p.unitQuantity(), first(p.tiers()));
                case VolumePrice p -> new Unit(p.unitQuantity(), first(p.tiers()));
            };
        }

        private static BigDecimal first(List<Tier> tiers) {
            return tiers.getFirst().perUnit().amount();
        }
    }
}
