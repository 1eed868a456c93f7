package dev.berth.catalog;

import dev.berth.catalog.AddOnDesk.AddOnChange;
import dev.berth.catalog.AddOnDesk.NewAddOnPrice;
import dev.berth.catalog.AddOnStore.Version;
import dev.berth.catalog.Shelf.Face;
import dev.berth.catalog.Shelf.NewFace;
import dev.berth.catalog.Shelf.Place;
import dev.berth.catalog.Shelf.Ware;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A reseller's hand on its add-ons: prices of its own over an add-on of the house, which gives the same. Who calls it has checked that
 * the account is the caller's.
 */
@ApplicationScoped
public class RetailAddOnDesk {
    private final Database database;
    private final Transactions transactions;
    private final AddOnCatalog catalog;
    private final AddOnStore store;
    private final Shelf shelf;
    private final InstantSource clock;

    RetailAddOnDesk(
            Database database,
            Transactions transactions,
            AddOnCatalog catalog,
            AddOnStore store,
            Shelf shelf,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.catalog = catalog;
        this.store = store;
        this.shelf = shelf;
        this.clock = clock;
    }

    /**
     * A reseller's add-on as it came from outside.
     *
     * @param slug its name in addresses and in the API; never changes
     * @param wholesale slug of an add-on of the house that is for sale; its version in force is what the reseller pays
     * @param monthlyPrice what the reseller's customers pay; none where it is missing for CPU_CREDIT
     * @param setupPrice none where it is missing
     */
    public record NewRetailAddOn(
            @Nullable String slug,
            @Nullable String name,
            @Nullable String summary,
            @Nullable String wholesale,
            @Nullable BigDecimal monthlyPrice,
            @Nullable BigDecimal setupPrice) {}

    /** @param wholesale what the reseller pays for it */
    public record RetailAddOn(AddOn addOn, boolean listed, AddOn wholesale) {}

    /** With the newest version of each, in order of name. */
    public List<RetailAddOn> all(UUID owner) {
        return database.list(
                "SELECT slug FROM add_on WHERE owner_id = ? ORDER BY slug", row -> get(owner, row.text("slug")), owner);
    }

    /** A reseller's add-on with whose it is. */
    public record Owned(UUID ownerId, String owner, RetailAddOn retail) {}

    /** Of all resellers, by their names; as many as one looks at. */
    public List<Owned> everybodys(int limit) {
        return database.list(
                "SELECT o.owner_id, a.name, o.slug FROM add_on o JOIN account a ON a.id = o.owner_id"
                        + " WHERE EXISTS (SELECT 1 FROM add_on_version w WHERE w.add_on_id = o.id)"
                        + " ORDER BY a.name, o.owner_id, o.slug LIMIT ?",
                row -> new Owned(row.uuid("owner_id"), row.text("name"), get(row.uuid("owner_id"), row.text("slug"))),
                limit);
    }

    public RetailAddOn get(UUID owner, String slug) {
        return database.one(
                        "SELECT w.id, w.wholesale_version_id, o.listed FROM add_on o JOIN add_on_version w"
                                + " ON w.add_on_id = o.id WHERE o.owner_id = ? AND o.slug = ? ORDER BY w.version DESC LIMIT 1",
                        row -> new RetailAddOn(
                                catalog.byVersion(row.uuid("id")),
                                row.flag("listed"),
                                catalog.byVersion(row.uuid("wholesale_version_id"))),
                        owner,
                        slug)
                .orElseThrow(() -> Problem.notFound("add-on"));
    }

    public RetailAddOn create(Caller caller, UUID owner, NewRetailAddOn input) {
        InputFaults faults = new InputFaults();
        String slug = Shelf.slug(faults, input.slug());
        Face face = Shelf.face(faults, Ware.ADD_ON, new NewFace(input.name(), input.summary(), null, null));
        Optional<AddOn> below = catalog.bySlug(
                input.wholesale() == null ? "" : input.wholesale().trim());
        faults.check(below.isPresent(), "wholesale", "names no add-on of the house that is for sale");
        Optional<AddOnPrices> prices = below.map(addOn ->
                AddOnPrices.first(faults, addOn.kind(), new NewAddOnPrice(input.monthlyPrice(), input.setupPrice())));
        faults.throwIfAny();
        return transactions.run(() -> {
            UUID id = Ids.next(clock);
            Place place = Ware.ADD_ON.of(owner, slug);
            if (insert(id, place, face, below.orElseThrow()) == 0) {
                throw place.taken();
            }
            store.insert(version(id, 1, below.orElseThrow()), prices.orElseThrow());
            shelf.record(caller, place, id, "create", slug);
            return get(owner, slug);
        });
    }

    /** It gives what the one below gives. */
    private int insert(UUID id, Place place, Face face, AddOn below) {
        return database.update(
                "INSERT IGNORE INTO add_on (id, slug, name, summary, kind, meter, quantity, most, position, listed,"
                        + " owner_id, wholesale_id) SELECT ?, ?, ?, ?, kind, meter, quantity, most, ?, ?, ?, id"
                        + " FROM add_on WHERE id = ?",
                id,
                place.slug(),
                face.name(),
                face.summary(),
                face.position(),
                face.listed(),
                place.owner(),
                below.id());
    }

    private static Version version(UUID addOn, int version, AddOn below) {
        return new Version(addOn, version, below.currency(), Optional.of(below.versionId()));
    }

    /** New prices from now on, over what stands below now; who bought before keeps both. What is left out stays. */
    public RetailAddOn addVersion(Caller caller, UUID owner, String slug, NewAddOnPrice input) {
        return transactions.run(() -> {
            Place place = Ware.ADD_ON.of(owner, slug);
            UUID id = shelf.locked(place);
            RetailAddOn last = get(owner, slug);
            AddOn below = catalog.bySlug(last.wholesale().slug()).orElse(last.wholesale());
            InputFaults faults = new InputFaults();
            AddOnPrices prices = AddOnPrices.next(faults, last.addOn(), input);
            faults.throwIfAny();
            int version = last.addOn().version() + 1;
            store.insert(version(id, version, below), prices);
            shelf.record(
                    caller, place, id, "version", "%s, version %d at %s".formatted(slug, version, prices.monthly()));
            return get(owner, slug);
        });
    }

    public RetailAddOn change(Caller caller, UUID owner, String slug, AddOnChange input) {
        return transactions.run(() -> {
            shelf.change(caller, Ware.ADD_ON.of(owner, slug), input.face());
            return get(owner, slug);
        });
    }
}
