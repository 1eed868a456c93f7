package dev.berth.evidence;

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
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code tariffs/….json}: the prices of one plan version, with everything that a computation needs. */
public final class TariffText {
    private TariffText() {}

    public static String file(UUID planVersion) {
        return "tariffs/" + planVersion + ".json";
    }

    public static String json(Tariff tariff) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("planVersionId", tariff.planVersion().toString());
        members.put("planName", tariff.planName());
        members.put("currency", tariff.currency().getCurrencyCode());
        members.put("lines", tariff.lines().stream().map(TariffText::members).toList());
        return Json.write(members);
    }

    private static Map<String, Object> members(TariffLine line) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("position", Integer.toString(line.position()));
        members.put("label", line.label());
        members.put("unitLabel", line.unitLabel());
        members.put("model", line.price().model());
        line.price().meter().ifPresent(meter -> members.put("meter", meter.name()));
        switch (line.price()) {
            case RecurringPrice p -> members.put("unitPrice", text(p.perMonth()));
            case OneOffPrice p -> members.put("unitPrice", text(p.once()));
            case HourlyPrice p -> {
                members.put("unitPrice", text(p.perHour()));
                p.capPerMonth().ifPresent(cap -> members.put("capPrice", text(cap)));
            }
            case UsagePrice p -> over(members, p.includedPerMonth(), p.unitQuantity(), p.perUnit());
            case PackagePrice p -> over(members, p.includedPerMonth(), p.packageQuantity(), p.perPackage());
            case TieredPrice p -> tiers(members, p.unitQuantity(), p.tiers());
            case VolumePrice p -> tiers(members, p.unitQuantity(), p.tiers());
        }
        return members;
    }

    private static void over(Map<String, Object> members, BigInteger included, BigInteger unit, UnitPrice price) {
        members.put("includedPerMonth", included.toString());
        members.put("unitQuantity", unit.toString());
        members.put("unitPrice", text(price));
    }

    private static void tiers(Map<String, Object> members, BigInteger unit, List<Tier> tiers) {
        members.put("unitQuantity", unit.toString());
        members.put("tiers", tiers.stream().map(TariffText::members).toList());
    }

    private static Map<String, Object> members(Tier tier) {
        Map<String, Object> members = new LinkedHashMap<>();
        tier.upToPerMonth().ifPresent(bound -> members.put("upToPerMonth", bound.toString()));
        members.put("unitPrice", text(tier.perUnit()));
        return members;
    }

    private static String text(UnitPrice price) {
        return price.amount().toPlainString();
    }

    static Tariff parse(String json) {
        Fields fields = Fields.parse(json);
        Currency currency = fields.other("currency", Currency::getInstance);
        return new Tariff(
                fields.uuid("planVersionId"),
                fields.text("planName"),
                currency,
                fields.list("lines", value -> line(Fields.of(value), currency)));
    }

    private static TariffLine line(Fields fields, Currency currency) {
        return new TariffLine(
                fields.integer("position"), fields.text("label"), fields.text("unitLabel"), price(fields, currency));
    }

    private static Price price(Fields fields, Currency currency) {
        return switch (fields.text("model")) {
            case "RECURRING" -> new RecurringPrice(unitPrice(fields, currency));
            case "ONE_OFF" -> new OneOffPrice(unitPrice(fields, currency));
            case "HOURLY" ->
                new HourlyPrice(
                        unitPrice(fields, currency),
                        fields.optional("capPrice", text -> new UnitPrice(Fields.toDecimal(text), currency)));
            case "USAGE" ->
                new UsagePrice(
                        meter(fields),
                        fields.whole("includedPerMonth"),
                        fields.whole("unitQuantity"),
                        unitPrice(fields, currency));
            case "PACKAGE" ->
                new PackagePrice(
                        meter(fields),
                        fields.whole("includedPerMonth"),
                        fields.whole("unitQuantity"),
                        unitPrice(fields, currency));
            case "TIERED" -> new TieredPrice(meter(fields), fields.whole("unitQuantity"), tiers(fields, currency));
            case "VOLUME" -> new VolumePrice(meter(fields), fields.whole("unitQuantity"), tiers(fields, currency));
            case String other -> throw new BundleException("'%s' is no price model".formatted(other));
        };
    }

    private static Meter meter(Fields fields) {
        return fields.other("meter", Meter::valueOf);
    }

    private static UnitPrice unitPrice(Fields fields, Currency currency) {
        return fields.other("unitPrice", text -> new UnitPrice(Fields.toDecimal(text), currency));
    }

    private static List<Tier> tiers(Fields fields, Currency currency) {
        return fields.list("tiers", value -> {
            Fields tier = Fields.of(value);
            Optional<BigInteger> bound = tier.optional("upToPerMonth", Fields::toWhole);
            return new Tier(bound, unitPrice(tier, currency));
        });
    }

    /** Base units of one unit of the price, and its price, as a line prints them; of the first tier where there are several. */
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
                case TieredPrice p ->
                    new Unit(p.unitQuantity(), p.tiers().getFirst().perUnit().amount());
                case VolumePrice p ->
                    new Unit(p.unitQuantity(), p.tiers().getFirst().perUnit().amount());
            };
        }
    }
}
