package dev.berth.catalog;

import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads add-ons. */
@ApplicationScoped
public class AddOnCatalog {
    private static final String IN_FORCE = "w.version = (SELECT MAX(x.version) FROM add_on_version x"
            + " WHERE x.add_on_id = o.id AND x.valid_from <= ?)";

    private final Database database;
    private final InstantSource clock;

    AddOnCatalog(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** What visitors see, in the order of the shelf: the house's own. */
    public List<AddOn> listed() {
        return database.list(
                AddOn.SELECT + "o.owner_id IS NULL AND o.listed AND " + IN_FORCE + " ORDER BY o.position, o.slug",
                AddOn::of,
                clock.instant());
    }

    /**
     * What can be bought beside a plan, in the order of the shelf: beside a reseller's plan its own add-ons where it has any for sale, else
     * the house's.
     */
    public List<AddOn> listed(UUID planVersionId) {
        return seller(planVersionId)
                .map(owner -> database.list(
                        AddOn.SELECT + "o.owner_id = ? AND o.listed AND " + IN_FORCE + " ORDER BY o.slug",
                        AddOn::of,
                        owner,
                        clock.instant()))
                .orElseGet(this::listed);
    }

    /** The reseller whose add-ons are sold beside a plan. */
    private Optional<UUID> seller(UUID planVersionId) {
        return database.one(
                "SELECT p.owner_id FROM plan_version v JOIN plan p ON p.id = v.plan_id WHERE v.id = ? AND EXISTS"
                        + " (SELECT 1 FROM add_on o WHERE o.owner_id = p.owner_id AND o.listed)",
                row -> row.uuid("owner_id"),
                planVersionId);
    }

    /** Packs of CPU credit that can be bought beside a plan, in the order of the shelf. */
    public List<AddOn> packs(UUID planVersionId) {
        return listed(planVersionId).stream()
                .filter(addOn -> addOn.kind() == AddOn.Kind.CPU_CREDIT)
                .toList();
    }

    /** One of the house's that can be bought, with the version in force. */
    public Optional<AddOn> bySlug(String slug) {
        return database.one(
                AddOn.SELECT + "o.slug = ? AND o.owner_id IS NULL AND o.listed AND " + IN_FORCE,
                AddOn::of,
                slug,
                clock.instant());
    }

    /** One of what can be bought beside a plan. */
    public Optional<AddOn> bySlug(String slug, UUID planVersionId) {
        return listed(planVersionId).stream()
                .filter(addOn -> addOn.slug().equals(slug))
                .findFirst();
    }

    /** One at one of its versions, for sale or not. */
    public AddOn byVersion(UUID versionId) {
        return database.one(AddOn.SELECT + "w.id = ?", AddOn::of, versionId)
                .orElseThrow(() -> Problem.notFound("add-on version"));
    }

    /** What the house is paid for one in this version: a reseller's stands on one of the house. */
    public AddOn below(AddOn addOn) {
        return database.one(
                        AddOn.SELECT + "w.id = (SELECT b.wholesale_version_id FROM add_on_version b WHERE b.id = ?)",
                        AddOn::of,
                        addOn.versionId())
                .orElse(addOn);
    }
}
