package dev.berth.catalog;

import dev.berth.catalog.Shelf.Face;
import dev.berth.catalog.Shelf.NewFace;
import dev.berth.catalog.Shelf.Place;
import dev.berth.catalog.Shelf.Ware;
import dev.berth.catalog.VersionCheck.Checked;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Staff's hand on plans. A new price is a new version: who bought an older one keeps it. */
@ApplicationScoped
public class PlanDesk {
    private final Database database;
    private final Transactions transactions;
    private final PlanStore store;
    private final CatalogService catalog;
    private final Shelf shelf;
    private final InstantSource clock;
    private final String currency;

    PlanDesk(
            Database database,
            Transactions transactions,
            PlanStore store,
            CatalogService catalog,
            Shelf shelf,
            InstantSource clock,
            @ConfigProperty(name = "berth.currency") String currency) {
        this.database = database;
        this.transactions = transactions;
        this.store = store;
        this.catalog = catalog;
        this.shelf = shelf;
        this.clock = clock;
        this.currency = currency;
    }

    /**
     * A plan as it came from outside.
     *
     * @param slug its name in addresses and in the API; never changes
     * @param position its place on the shelf; 0 where it is missing
     * @param listed whether it is for sale; yes where it is missing
     */
    public record NewPlan(
            @Nullable String slug,
            @Nullable String name,
            @Nullable String summary,
            @Nullable Integer position,
            @Nullable Boolean listed,
            @Nullable NewVersion version) {
        private NewFace face() {
            return new NewFace(name, summary, position, listed);
        }
    }

    /**
     * A change of what is shown of a plan; what is left out stays.
     *
     * @param listed whether it is for sale; who has it keeps it either way
     */
    public record PlanChange(
            @Nullable String name,
            @Nullable String summary,
            @Nullable Integer position,
            @Nullable Boolean listed) {
        NewFace face() {
            return new NewFace(name, summary, position, listed);
        }
    }

    /**
     * A plan with everything that was ever sold under its name.
     *
     * @param versions newest first
     */
    public record Shelved(
            UUID id, String slug, String name, String summary, int position, boolean listed, List<Version> versions) {
        public Shelved {
            versions = List.copyOf(versions);
        }
    }

    /**
     * @param validFrom since when it is sold, or will be
     * @param subscriptions how many VPS are on it now
     */
    public record Version(Plan plan, Instant validFrom, long subscriptions) {}

    /** In the order of the shelf, unlisted ones included. */
    public List<Shelved> all() {
        return database
                .list("SELECT slug FROM plan WHERE owner_id IS NULL ORDER BY position, slug", row -> row.text("slug"))
                .stream()
                .map(this::get)
                .toList();
    }

    public Shelved get(String slug) {
        return database.one(
                        "SELECT id, slug, name, summary, position, listed FROM plan WHERE slug = ? AND owner_id IS NULL",
                        row -> new Shelved(
                                row.uuid("id"),
                                row.text("slug"),
                                row.text("name"),
                                row.text("summary"),
                                row.integer("position"),
                                row.flag("listed"),
                                versions(row.uuid("id"))),
                        slug)
                .orElseThrow(() -> Problem.notFound("plan"));
    }

    private List<Version> versions(UUID plan) {
        return database.list(
                "SELECT v.id, v.valid_from, (SELECT COUNT(*) FROM subscription s WHERE s.plan_version_id = v.id AND"
                        + " s.valid_to IS NULL) AS n FROM plan_version v WHERE v.plan_id = ? ORDER BY v.version DESC",
                row -> new Version(catalog.byVersion(row.uuid("id")), row.instant("valid_from"), row.number("n")),
                plan);
    }

    /** A plan with its first version. */
    public Shelved create(Caller caller, NewPlan input) {
        InputFaults faults = new InputFaults();
        String slug = Shelf.slug(faults, input.slug());
        Face face = Shelf.face(faults, Ware.PLAN, input.face());
        faults.check(input.version() != null, "version", "is missing");
        Checked checked = new VersionCheck(faults, Optional.empty(), shelf.now())
                .check(input.version() == null ? NOTHING : input.version(), currency);
        faults.throwIfAny();
        return transactions.run(() -> {
            UUID id = Ids.next(clock);
            Place place = Ware.PLAN.ofHouse(slug);
            if (store.insert(id, place, face) == 0) {
                throw place.taken();
            }
            store.insertVersion(id, 1, checked);
            shelf.record(caller, place, id, "create", slug);
            return get(slug);
        });
    }

    private static final NewVersion NOTHING = new NewVersion(null, null, null, null);

    /** A further version; subscriptions to older ones stay as they are. */
    public Shelved addVersion(Caller caller, String slug, NewVersion input) {
        return transactions.run(() -> {
            Place place = Ware.PLAN.ofHouse(slug);
            UUID id = shelf.locked(place);
            Version last = get(slug).versions().getFirst();
            Checked checked = after(last, input);
            int version = last.plan().version() + 1;
            store.insertVersion(id, version, checked);
            shelf.record(
                    caller,
                    place,
                    id,
                    "version",
                    "%s, version %d from %s".formatted(slug, version, checked.validFrom()));
            return get(slug);
        });
    }

    /** What can be sold as the version after this one; who only asks is refused what could not be sold. */
    private Checked after(Version last, NewVersion input) {
        InputFaults faults = new InputFaults();
        Checked checked = new VersionCheck(faults, Optional.of(last.plan()), shelf.now()).check(input, currency);
        faults.check(
                !checked.validFrom().isBefore(last.validFrom()),
                "validFrom",
                "is before that of version %d, %s".formatted(last.plan().version(), last.validFrom()));
        faults.throwIfAny();
        return checked;
    }

    /** What a version would be if it were sold like this; nothing is stored. */
    public Plan proposed(String slug, NewVersion input) {
        Version newest = get(slug).versions().getFirst();
        Checked checked = after(newest, input);
        Plan last = newest.plan();
        return new Plan(
                last.id(),
                slug,
                last.name(),
                last.summary(),
                new UUID(0, 0),
                last.version() + 1,
                checked.currency(),
                checked.limits(),
                checked.lines());
    }

    public Shelved change(Caller caller, String slug, PlanChange input) {
        return transactions.run(() -> {
            shelf.change(caller, Ware.PLAN.ofHouse(slug), input.face());
            return get(slug);
        });
    }
}
