package dev.berth.catalog;

import dev.berth.catalog.Plan.Limits;
import dev.berth.catalog.Plan.Model;
import dev.berth.catalog.Plan.Price;
import dev.berth.catalog.Plan.PriceLine;
import dev.berth.catalog.Plan.PriceTier;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads plans. */
@ApplicationScoped
public class CatalogService {
    private static final String SELECT = "SELECT p.id, p.slug, p.name, p.summary, v.id AS version_id, v.version,"
            + " v.currency, v.cpu_baseline_milli, v.cpu_ceiling_milli, v.cpu_bank_millis, v.memory_bytes, v.processes,"
            + " v.disk_bytes, v.disk_inodes, v.net_reserved_bits, v.snapshots FROM plan p JOIN plan_version v ON v.plan_id = p.id WHERE ";
    private static final String IN_FORCE =
            "v.version = (SELECT MAX(w.version) FROM plan_version w WHERE w.plan_id = p.id" + " AND w.valid_from <= ?)";

    private final Database database;
    private final InstantSource clock;

    CatalogService(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** What visitors see, in the order of the shelf: the house's own. */
    public List<Plan> listed() {
        return database.list(
                SELECT + "p.owner_id IS NULL AND p.listed AND " + IN_FORCE + " ORDER BY p.position",
                this::plan,
                clock.instant());
    }

    /** A plan of the house that can be ordered, with the version in force. */
    public Optional<Plan> bySlug(String slug) {
        return database.one(
                SELECT + "p.slug = ? AND p.owner_id IS NULL AND p.listed AND " + IN_FORCE,
                this::plan,
                slug,
                clock.instant());
    }

    /** What an account can buy: its reseller's plans where that has any for sale, else the house's. */
    public List<Plan> listedFor(UUID account) {
        return seller(account)
                .map(owner -> database.list(
                        SELECT + "p.owner_id = ? AND p.listed AND " + IN_FORCE + " ORDER BY p.position, p.slug",
                        this::plan,
                        owner,
                        clock.instant()))
                .orElseGet(this::listed);
    }

    /** One of what an account can buy. */
    public Optional<Plan> bySlug(String slug, UUID account) {
        Optional<UUID> owner = seller(account);
        return owner.isEmpty()
                ? bySlug(slug)
                : database.one(
                        SELECT + "p.slug = ? AND p.owner_id = ? AND p.listed AND " + IN_FORCE,
                        this::plan,
                        slug,
                        owner.get(),
                        clock.instant());
    }

    /** The reseller whose plans an account buys. */
    private Optional<UUID> seller(UUID account) {
        return database.one(
                "SELECT a.reseller_id FROM account a WHERE a.id = ? AND EXISTS (SELECT 1 FROM plan p"
                        + " WHERE p.owner_id = a.reseller_id AND p.listed)",
                row -> row.uuid("reseller_id"),
                account);
    }

    /** A plan at one of its versions, in force or not. */
    public Plan byVersion(UUID versionId) {
        return database.one(SELECT + "v.id = ?", this::plan, versionId)
                .orElseThrow(() -> Problem.notFound("plan version"));
    }

    /** What the house is paid for a plan in this version: a reseller's stands on one of the house. */
    public Plan below(Plan plan) {
        return database.one(
                        SELECT + "v.id = (SELECT w.wholesale_version_id FROM plan_version w WHERE w.id = ?)",
                        this::plan,
                        plan.versionId())
                .orElse(plan);
    }

    private Plan plan(Row row) {
        UUID versionId = row.uuid("version_id");
        String currency = row.text("currency");
        return new Plan(
                row.uuid("id"),
                row.text("slug"),
                row.text("name"),
                row.text("summary"),
                versionId,
                row.integer("version"),
                currency,
                limits(row),
                lines(versionId, currency));
    }

    private static Limits limits(Row row) {
        return new Limits(
                row.number("cpu_baseline_milli"),
                row.number("cpu_ceiling_milli"),
                row.number("cpu_bank_millis"),
                row.number("memory_bytes"),
                row.number("processes"),
                row.number("disk_bytes"),
                row.optionalNumber("disk_inodes"),
                row.optionalNumber("net_reserved_bits"),
                row.number("snapshots"));
    }

    private List<PriceLine> lines(UUID versionId, String currency) {
        return database.list(
                "SELECT position, model, meter, label, included_quantity, unit_quantity, unit_label, unit_price,"
                        + " cap_price FROM tariff_line WHERE plan_version_id = ? ORDER BY position",
                row -> line(versionId, currency, row),
                versionId);
    }

    private PriceLine line(UUID versionId, String currency, Row row) {
        Model model = row.constant("model", Model.class);
        int position = row.integer("position");
        return new PriceLine(
                position,
                model,
                row.optionalText("meter"),
                row.text("label"),
                row.decimal("included_quantity"),
                row.decimal("unit_quantity"),
                row.text("unit_label"),
                Price.shown(row.decimal("unit_price"), currency),
                row.optionalDecimal("cap_price").map(cap -> Price.shown(cap, currency)),
                model.tiered() ? tiers(versionId, position, currency) : List.of());
    }

    private List<PriceTier> tiers(UUID versionId, int position, String currency) {
        return database.list(
                "SELECT up_to_quantity, unit_price FROM tariff_tier WHERE plan_version_id = ? AND position = ?"
                        + " ORDER BY tier",
                row -> new PriceTier(
                        row.optionalDecimal("up_to_quantity"), Price.shown(row.decimal("unit_price"), currency)),
                versionId,
                position);
    }
}
