package dev.berth.catalog;

import dev.berth.catalog.NewVersion.NewLine;
import dev.berth.catalog.Plan.PriceLine;
import dev.berth.catalog.PlanDesk.PlanChange;
import dev.berth.catalog.Shelf.Face;
import dev.berth.catalog.Shelf.NewFace;
import dev.berth.catalog.Shelf.Place;
import dev.berth.catalog.Shelf.Ware;
import dev.berth.catalog.VersionCheck.Checked;
import dev.berth.metering.Meter;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A reseller's hand on its plans: prices of its own over a version of a plan of the house, whose limits they have. Who calls
 * it has checked that the account is the caller's.
 */
@ApplicationScoped
public class RetailDesk {
    private final Database database;
    private final Transactions transactions;
    private final PlanStore store;
    private final CatalogService catalog;
    private final Shelf shelf;
    private final InstantSource clock;

    RetailDesk(
            Database database,
            Transactions transactions,
            PlanStore store,
            CatalogService catalog,
            Shelf shelf,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.store = store;
        this.catalog = catalog;
        this.shelf = shelf;
        this.clock = clock;
    }

    /**
     * A reseller's plan as it came from outside.
     *
     * @param slug its name in addresses and in the API; never changes
     * @param wholesale slug of a plan of the house that is for sale; its version in force is what the reseller pays
     * @param lines what the reseller's customers pay
     */
    public record NewRetailPlan(
            @Nullable String slug,
            @Nullable String name,
            @Nullable String summary,
            @Nullable String wholesale,
            @Nullable List<@Nullable NewLine> lines) {}

    /** New prices from now on; who bought before keeps the ones before, and the reseller the ones it pays for them. */
    public record NewRetailVersion(
            @Nullable String wholesale, @Nullable List<@Nullable NewLine> lines) {}

    /** @param wholesale what the reseller pays for it */
    public record RetailPlan(Plan plan, boolean listed, Plan wholesale) {}

    /** With the newest version of each, in order of name. */
    public List<RetailPlan> all(UUID owner) {
        return database.list(
                "SELECT p.slug FROM plan p WHERE p.owner_id = ? ORDER BY p.slug",
                row -> get(owner, row.text("slug")),
                owner);
    }

    /** A reseller's plan with whose it is. */
    public record Owned(UUID ownerId, String owner, RetailPlan retail) {}

    /** Of all resellers, by their names; as many as one looks at. */
    public List<Owned> everybodys(int limit) {
        return database.list(
                "SELECT p.owner_id, a.name, p.slug FROM plan p JOIN account a ON a.id = p.owner_id"
                        + " WHERE EXISTS (SELECT 1 FROM plan_version v WHERE v.plan_id = p.id)"
                        + " ORDER BY a.name, p.owner_id, p.slug LIMIT ?",
                row -> new Owned(row.uuid("owner_id"), row.text("name"), get(row.uuid("owner_id"), row.text("slug"))),
                limit);
    }

    public RetailPlan get(UUID owner, String slug) {
        return database.one(
                        "SELECT v.id, v.wholesale_version_id, p.listed FROM plan p JOIN plan_version v ON v.plan_id = p.id"
                                + " WHERE p.owner_id = ? AND p.slug = ? ORDER BY v.version DESC LIMIT 1",
                        row -> new RetailPlan(
                                catalog.byVersion(row.uuid("id")),
                                row.flag("listed"),
                                catalog.byVersion(row.uuid("wholesale_version_id"))),
                        owner,
                        slug)
                .orElseThrow(() -> Problem.notFound("plan"));
    }

    public RetailPlan create(Caller caller, UUID owner, NewRetailPlan input) {
        InputFaults faults = new InputFaults();
        String slug = Shelf.slug(faults, input.slug());
        Face face = Shelf.face(faults, Ware.PLAN, new NewFace(input.name(), input.summary(), null, null));
        Optional<Plan> wholesale = wholesale(faults, input.wholesale());
        Optional<Checked> checked = wholesale.map(below -> checked(faults, below, input.lines()));
        faults.throwIfAny();
        return transactions.run(() -> {
            UUID id = Ids.next(clock);
            Place place = Ware.PLAN.of(owner, slug);
            if (store.insert(id, place, face) == 0) {
                throw place.taken();
            }
            store.insertRetail(
                    id, 1, checked.orElseThrow(), wholesale.orElseThrow().versionId());
            shelf.record(caller, place, id, "create", slug);
            return get(owner, slug);
        });
    }

    private Optional<Plan> wholesale(InputFaults faults, @Nullable String slug) {
        Optional<Plan> below = catalog.bySlug(slug == null ? "" : slug.trim());
        faults.check(below.isPresent(), "wholesale", "names no plan of the house that is for sale");
        return below;
    }

    /** Limits and currency are those of the plan below. */
    private Checked checked(InputFaults faults, Plan below, @Nullable List<@Nullable NewLine> lines) {
        NewVersion version = new NewVersion(null, null, null, lines == null ? List.of() : lines);
        Checked checked = new VersionCheck(faults, Optional.of(below), shelf.now()).check(version, below.currency());
        faults.check(
                !surplus(checked.lines()) || surplus(below.lines()),
                "lines",
                "have a price of surplus that " + below.slug() + " has not");
        return checked;
    }

    private static boolean surplus(List<PriceLine> lines) {
        return lines.stream().anyMatch(line -> line.meter().equals(Optional.of(Meter.CPU_SURPLUS.name())));
    }

    public RetailPlan addVersion(Caller caller, UUID owner, String slug, NewRetailVersion input) {
        return transactions.run(() -> {
            Place place = Ware.PLAN.of(owner, slug);
            UUID id = shelf.locked(place);
            RetailPlan last = get(owner, slug);
            InputFaults faults = new InputFaults();
            Optional<Plan> wholesale = input.wholesale() == null
                    ? catalog.bySlug(last.wholesale().slug()).or(() -> Optional.of(last.wholesale()))
                    : wholesale(faults, input.wholesale());
            Optional<Checked> checked = wholesale.map(below -> checked(faults, below, input.lines()));
            faults.throwIfAny();
            int version = last.plan().version() + 1;
            store.insertRetail(
                    id, version, checked.orElseThrow(), wholesale.orElseThrow().versionId());
            shelf.record(caller, place, id, "version", "%s, version %d".formatted(slug, version));
            return get(owner, slug);
        });
    }

    /** @param input its position is not used: a reseller's plans are shown in order of name */
    public RetailPlan change(Caller caller, UUID owner, String slug, PlanChange input) {
        return transactions.run(() -> {
            NewFace face = new NewFace(input.name(), input.summary(), null, input.listed());
            shelf.change(caller, Ware.PLAN.of(owner, slug), face);
            return get(owner, slug);
        });
    }
}
