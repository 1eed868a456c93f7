package dev.berth.evidence;

import dev.berth.units.Money;
import dev.berth.units.Period;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * {@code invoice.json}: the invoice without its lines.
 *
 * @param number as it is printed
 * @param zone in which months begin and end
 * @param taxes one for each rate; their bases sum to {@code net}
 * @param lines how many files {@code lines/} holds
 * @param shown what is there for people only: seller, buyer and dates
 */
public record BundleHead(
        UUID invoiceId,
        String number,
        Period period,
        ZoneId zone,
        Money net,
        Money tax,
        Money total,
        List<Tax> taxes,
        int lines,
        Map<String, String> shown) {
    /** Version of the format; another one is another reader's. */
    public static final String FORMAT = "berth-bundle/2";

    /** In the first version fees for time had one interval each: nothing ever stood still. */
    static final Set<String> READ = Set.of("berth-bundle/1", FORMAT);

    /** Lines that one bundle may have. */
    static final int MAX_LINES = 1_000_000;

    private static final Duration LONGEST = Duration.ofDays(400);

    public BundleHead {
        taxes = List.copyOf(taxes);
        shown = Map.copyOf(shown);
    }

    /** @param basisPoints hundredths of a percent of {@code base} */
    public record Tax(int basisPoints, Money base, Money tax) {
        Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("basisPoints", Integer.toString(basisPoints));
            members.put("base", base.amount());
            members.put("tax", tax.amount());
            return members;
        }

        static Tax parse(Fields fields, Currency currency) {
            return new Tax(
                    fields.integer("basisPoints"), money(fields, "base", currency), money(fields, "tax", currency));
        }

        /** What the tax should be. */
        Money computed() {
            return Money.rounded(base.decimal().multiply(BigDecimal.valueOf(basisPoints, 4)), base.currency());
        }
    }

    /** The file's text. */
    public String json() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("format", FORMAT);
        members.put("invoiceId", invoiceId.toString());
        members.put("number", number);
        members.put("periodFrom", period.from().toString());
        members.put("periodTo", period.to().toString());
        members.put("timeZone", zone.getId());
        members.put("currency", net.currency().getCurrencyCode());
        members.put("net", net.amount());
        members.put("taxes", taxes.stream().map(Tax::members).toList());
        members.put("tax", tax.amount());
        members.put("total", total.amount());
        members.put("lines", Integer.toString(lines));
        members.put("shown", new TreeMap<>(shown));
        return Json.write(members);
    }

    static BundleHead parse(String json) {
        Fields fields = Fields.parse(json);
        String format = fields.text("format");
        if (!READ.contains(format)) {
            throw new BundleException("its format is '%s', this verifier reads %s".formatted(format, FORMAT));
        }
        Currency currency = fields.other("currency", Currency::getInstance);
        Instant from = fields.instant("periodFrom");
        Period period = fields.other("periodTo", to -> new Period(from, Instant.parse(to)));
        if (Duration.between(period.from(), period.to()).compareTo(LONGEST) > 0) {
            throw new BundleException("its period is longer than any");
        }
        int lines = fields.integer("lines");
        if (lines < 0 || lines > MAX_LINES) {
            throw new BundleException("it has %d lines".formatted(lines));
        }
        return new BundleHead(
                fields.uuid("invoiceId"),
                fields.text("number"),
                period,
                fields.other("timeZone", ZoneId::of),
                money(fields, "net", currency),
                money(fields, "tax", currency),
                money(fields, "total", currency),
                fields.list("taxes", value -> Tax.parse(Fields.of(value), currency)),
                lines,
                Map.of());
    }

    static Money money(Fields fields, String name, Currency currency) {
        return fields.other(name, text -> Money.of(Fields.toDecimal(text).toPlainString(), currency.getCurrencyCode()));
    }
}
