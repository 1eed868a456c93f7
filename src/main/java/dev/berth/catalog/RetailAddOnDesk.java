package dev.berth.catalog;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.catalog.AddOnDesk.AddOnChange;
import dev.berth.catalog.AddOnDesk.NewAddOnPrice;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
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
    private final AuditService audit;
    private final InstantSource clock;

    RetailAddOnDesk(
            Database database,
            Transactions transactions,
            AddOnCatalog catalog,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.catalog = catalog;
        this.audit = audit;
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

    private record Prices(BigDecimal monthly, BigDecimal setup) {}

    /** With the newest version of each, in order of name. */
    public List<RetailAddOn> all(UUID owner) {
        return database.list(
                "SELECT slug FROM add_on WHERE owner_id = ? ORDER BY slug", row -> get(owner, row.text("slug")), owner);
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
        String slug = AddOnDesk.slug(faults, input.slug());
        String name = faults.text("name", input.name(), 80);
        String summary = faults.optionalText("summary", input.summary(), 200);
        Optional<AddOn> below = catalog.bySlug(
                input.wholesale() == null ? "" : input.wholesale().trim());
        faults.check(below.isPresent(), "wholesale", "names no add-on of the house that is for sale");
        Optional<Prices> prices = below.map(
                addOn -> prices(faults, addOn, new NewAddOnPrice(input.monthlyPrice(), zero(input.setupPrice()))));
        faults.throwIfAny();
        return transactions.run(() -> {
            UUID id = Ids.next(clock);
            int made = database.update(
                    "INSERT IGNORE INTO add_on (id, slug, name, summary, kind, meter, quantity, most, position, listed,"
                            + " owner_id, wholesale_id) SELECT ?, ?, ?, ?, kind, meter, quantity, most, 0, TRUE, ?, id"
                            + " FROM add_on WHERE id = ?",
                    id,
                    slug,
                    name,
                    summary,
                    owner,
                    below.orElseThrow().id());
            if (made == 0) {
                throw Problem.conflict("slug-taken", "There is an add-on of this name.");
            }
            insert(id, 1, prices.orElseThrow(), below.orElseThrow());
            audit.record(
                    caller,
                    Deed.of("add-on.create", "add-on", id).account(owner).with(slug));
            return get(owner, slug);
        });
    }

    private static BigDecimal zero(@Nullable BigDecimal given) {
        return given == null ? BigDecimal.ZERO : given;
    }

    private static Prices prices(InputFaults faults, AddOn below, NewAddOnPrice input) {
        boolean pack = below.kind() == AddOn.Kind.CPU_CREDIT;
        BigDecimal monthly =
                LineCheck.price(faults, "monthlyPrice", pack ? zero(input.monthlyPrice()) : input.monthlyPrice());
        BigDecimal setup = LineCheck.price(faults, "setupPrice", input.setupPrice());
        AddOnDesk.pack(faults, below.kind(), monthly, setup);
        return new Prices(monthly, setup);
    }

    private void insert(UUID addOn, int version, Prices prices, AddOn below) {
        database.update(
                "INSERT INTO add_on_version (id, add_on_id, version, valid_from, currency, monthly_price, setup_price,"
                        + " wholesale_version_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                Ids.next(clock),
                addOn,
                version,
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                below.currency(),
                prices.monthly(),
                prices.setup(),
                below.versionId());
    }

    /** New prices from now on, over what stands below now; who bought before keeps both. What is left out stays. */
    public RetailAddOn addVersion(Caller caller, UUID owner, String slug, NewAddOnPrice input) {
        return transactions.run(() -> {
            UUID id = locked(owner, slug);
            RetailAddOn last = get(owner, slug);
            AddOn below = catalog.bySlug(last.wholesale().slug()).orElse(last.wholesale());
            InputFaults faults = new InputFaults();
            Prices prices = prices(
                    faults,
                    below,
                    new NewAddOnPrice(
                            AddOnDesk.or(input.monthlyPrice(), last.addOn().monthlyPrice()),
                            AddOnDesk.or(input.setupPrice(), last.addOn().setupPrice())));
            faults.throwIfAny();
            int version = last.addOn().version() + 1;
            insert(id, version, prices, below);
            audit.record(
                    caller,
                    Deed.of("add-on.version", "add-on", id)
                            .account(owner)
                            .with("%s, version %d at %s".formatted(slug, version, prices.monthly())));
            return get(owner, slug);
        });
    }

    public RetailAddOn change(Caller caller, UUID owner, String slug, AddOnChange input) {
        return transactions.run(() -> {
            UUID id = locked(owner, slug);
            RetailAddOn was = get(owner, slug);
            InputFaults faults = new InputFaults();
            String name = input.name() == null ? was.addOn().name() : faults.text("name", input.name(), 80);
            String summary = input.summary() == null
                    ? was.addOn().summary()
                    : faults.optionalText("summary", input.summary(), 200);
            boolean listed = input.listed() == null ? was.listed() : input.listed();
            faults.throwIfAny();
            database.update(
                    "UPDATE add_on SET name = ?, summary = ?, listed = ? WHERE id = ?", name, summary, listed, id);
            audit.record(
                    caller,
                    Deed.of("add-on.change", "add-on", id)
                            .account(owner)
                            .with("%s, %s".formatted(slug, listed ? "for sale" : "not for sale")));
            return get(owner, slug);
        });
    }

    private UUID locked(UUID owner, String slug) {
        return database.one(
                        "SELECT id FROM add_on WHERE owner_id = ? AND slug = ? FOR UPDATE",
                        row -> row.uuid("id"),
                        owner,
                        slug)
                .orElseThrow(() -> Problem.notFound("add-on"));
    }
}
