package dev.berth.invoice;

import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import dev.berth.catalog.Plan.PriceLine;
import dev.berth.metering.Meter;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads the tariff of a plan version. */
@ApplicationScoped
class TariffStore {
    private final CatalogService catalog;

    TariffStore(CatalogService catalog) {
        this.catalog = catalog;
    }

    /** What a bill run, or another walk through many accounts, has read: many bills rest on few plans. */
    private static final ScopedValue<Map<UUID, Tariff>> REMEMBERED = ScopedValue.newInstance();

    /** While it works every tariff is read once. */
    void remembering(Runnable work) {
        ScopedValue.where(REMEMBERED, new HashMap<>()).run(work);
    }

    Tariff tariff(UUID planVersion) {
        return REMEMBERED.isBound() ? REMEMBERED.get().computeIfAbsent(planVersion, this::read) : read(planVersion);
    }

    private Tariff read(UUID planVersion) {
        return tariff(catalog.byVersion(planVersion));
    }

    /** Of a plan as it is sold, or as it might be. */
    static Tariff tariff(Plan plan) {
        Currency currency = Currency.getInstance(plan.currency());
        List<TariffLine> lines = plan.lines().stream()
                .map(line -> new TariffLine(line.position(), line.label(), line.unitLabel(), price(line, currency)))
                .toList();
        return new Tariff(plan.versionId(), plan.name(), currency, lines);
    }

    private static Price price(PriceLine line, Currency currency) {
        UnitPrice unitPrice = unitPrice(line.unitPrice(), currency);
        BigInteger included = line.includedQuantity().toBigIntegerExact();
        BigInteger unit = line.unitQuantity().toBigIntegerExact();
        return switch (line.model()) {
            case RECURRING -> new RecurringPrice(unitPrice);
            case ONE_OFF -> new OneOffPrice(unitPrice);
            case HOURLY -> new HourlyPrice(unitPrice, line.capPrice().map(cap -> unitPrice(cap, currency)));
            case USAGE -> new UsagePrice(meter(line), included, unit, unitPrice);
            case PACKAGE -> new PackagePrice(meter(line), included, unit, unitPrice);
            case TIERED -> new TieredPrice(meter(line), unit, tiers(line, currency));
            case VOLUME -> new VolumePrice(meter(line), unit, tiers(line, currency));
        };
    }

    private static List<Tier> tiers(PriceLine line, Currency currency) {
        return line.tiers().stream()
                .map(tier -> new Tier(
                        tier.upToQuantity().map(BigDecimal::toBigIntegerExact), unitPrice(tier.unitPrice(), currency)))
                .toList();
    }

    private static UnitPrice unitPrice(Plan.Price price, Currency currency) {
        return new UnitPrice(price.amount(), currency);
    }

    private static Meter meter(PriceLine line) {
        return Meter.valueOf(line.meter().orElseThrow());
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
