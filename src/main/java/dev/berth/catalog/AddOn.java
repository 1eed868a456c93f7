package dev.berth.catalog;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.catalog.Plan.Price;
import dev.berth.platform.Row;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.UUID;

/**
 * What a VPS can have beside its plan, with the version in force.
 *
 * @param slug its name in addresses and in the API
 * @param meter of an ALLOWANCE
 * @param quantity what one unit gives: addresses, snapshots, base units of the meter in a month, or vCPU-seconds
 * @param most units that a VPS can have
 * @param monthlyPrice of one unit, prorated to the second; zero for CPU_CREDIT
 * @param setupPrice of one unit, once
 */
public record AddOn(
        UUID id,
        String slug,
        String name,
        String summary,
        Kind kind,
        Optional<String> meter,
        BigDecimal quantity,
        int most,
        UUID versionId,
        int version,
        String currency,
        Price monthlyPrice,
        Price setupPrice) {

    public enum Kind {
        /** More IPv4 addresses may be had; those that are there beyond the plan's are paid for. */
        ADDRESS,
        /** More snapshots may be kept. */
        SNAPSHOT,
        /** More of a meter is covered by the plan's fee, and a cap on a month's traffic lies higher. */
        ALLOWANCE,
        /** CPU time to draw when the bank is empty, bought once: the set-up is its price. */
        CPU_CREDIT,
        /** What staff do by hand. */
        OTHER
    }

    /** CPU-microseconds of a pack. */
    @JsonIgnore
    public long micros() {
        return quantity.longValueExact() * 1_000_000;
    }

    static final String SELECT = "SELECT o.id, o.slug, o.name, o.summary, o.kind, o.meter, o.quantity, o.most,"
            + " w.id AS version_id, w.version, w.currency, w.monthly_price, w.setup_price"
            + " FROM add_on o JOIN add_on_version w ON w.add_on_id = o.id WHERE ";

    static AddOn of(Row row) {
        String currency = row.text("currency");
        return new AddOn(
                row.uuid("id"),
                row.text("slug"),
                row.text("name"),
                row.text("summary"),
                row.constant("kind", Kind.class),
                row.optionalText("meter"),
                row.decimal("quantity"),
                row.integer("most"),
                row.uuid("version_id"),
                row.integer("version"),
                currency,
                Price.shown(row.decimal("monthly_price"), currency),
                Price.shown(row.decimal("setup_price"), currency));
    }
}
