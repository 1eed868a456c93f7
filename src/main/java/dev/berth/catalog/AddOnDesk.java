package dev.berth.catalog;

import dev.berth.catalog.AddOn.Kind;
import dev.berth.catalog.AddOnStore.Version;
import dev.berth.catalog.Shelf.Face;
import dev.berth.catalog.Shelf.NewFace;
import dev.berth.catalog.Shelf.Place;
import dev.berth.catalog.Shelf.Ware;
import dev.berth.metering.Meter;
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
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Staff's hand on add-ons. A new price is a new version: who bought an older one keeps it. */
@ApplicationScoped
public class AddOnDesk {
    private static final int MOST = 1_000;
    private static final BigDecimal TOO_MUCH = BigDecimal.TEN.pow(30);
    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(1_000_000_000L);

    /** Meters that a fee can cover a quantity of. */
    public static final List<Meter> COVERABLE = List.of(
            Meter.CPU_TIME,
            Meter.MEMORY,
            Meter.VOLUME,
            Meter.SNAPSHOT,
            Meter.NETWORK_BYTES_SENT,
            Meter.NETWORK_BYTES_RECEIVED);

    private final Database database;
    private final Transactions transactions;
    private final AddOnStore store;
    private final Shelf shelf;
    private final InstantSource clock;
    private final String currency;

    AddOnDesk(
            Database database,
            Transactions transactions,
            AddOnStore store,
            Shelf shelf,
            InstantSource clock,
            @ConfigProperty(name = "berth.currency") String currency) {
        this.database = database;
        this.transactions = transactions;
        this.store = store;
        this.shelf = shelf;
        this.clock = clock;
        this.currency = currency;
    }

    /**
     * An add-on as it came from outside.
     *
     * @param quantity what one unit gives; 1 where it is missing; vCPU-seconds of CPU_CREDIT
     * @param most units that a VPS can have; 1 where it is missing
     * @param listed whether it is for sale; yes where it is missing
     * @param setupPrice none where it is missing
     */
    public record NewAddOn(
            @Nullable String slug,
            @Nullable String name,
            @Nullable String summary,
            @Nullable String kind,
            @Nullable String meter,
            @Nullable BigDecimal quantity,
            @Nullable Integer most,
            @Nullable Integer position,
            @Nullable Boolean listed,
            @Nullable BigDecimal monthlyPrice,
            @Nullable BigDecimal setupPrice) {
        private NewFace face() {
            return new NewFace(name, summary, position, listed);
        }
    }

    /** New prices from now on; what is left out stays. */
    public record NewAddOnPrice(
            @Nullable BigDecimal monthlyPrice, @Nullable BigDecimal setupPrice) {}

    /** What is shown of an add-on; what is left out stays. */
    public record AddOnChange(
            @Nullable String name,
            @Nullable String summary,
            @Nullable Boolean listed) {
        NewFace face() {
            return new NewFace(name, summary, null, listed);
        }
    }

    /**
     * @param listed whether it is for sale
     * @param units that all VPS have of it now, whatever their version, also of resellers' add-ons over it
     */
    public record ShelvedAddOn(AddOn addOn, boolean listed, long units) {}

    /** In the order of the shelf, with the newest version of each, unlisted ones included. */
    public List<ShelvedAddOn> all() {
        return database
                .list("SELECT slug FROM add_on WHERE owner_id IS NULL ORDER BY position, slug", row -> row.text("slug"))
                .stream()
                .map(this::get)
                .toList();
    }

    public ShelvedAddOn get(String slug) {
        AddOn addOn = database.one(
                        AddOn.SELECT
                                + "o.slug = ? AND o.owner_id IS NULL AND w.version = (SELECT MAX(x.version) FROM add_on_version x"
                                + " WHERE x.add_on_id = o.id)",
                        AddOn::of,
                        slug)
                .orElseThrow(() -> Problem.notFound("add-on"));
        return new ShelvedAddOn(
                addOn,
                database.number("SELECT listed AS n FROM add_on WHERE id = ?", addOn.id()) == 1,
                database.number(
                        "SELECT COALESCE(SUM(x.units), 0) AS n FROM add_on_subscription x JOIN add_on o"
                                + " ON o.id = x.add_on_id WHERE ? IN (o.id, o.wholesale_id) AND x.valid_to IS NULL",
                        addOn.id()));
    }

    /** What never changes of one. */
    private record Checked(Kind kind, Optional<Meter> meter, BigDecimal quantity, int most) {}

    public ShelvedAddOn create(Caller caller, NewAddOn input) {
        InputFaults faults = new InputFaults();
        String slug = Shelf.slug(faults, input.slug());
        Face face = Shelf.face(faults, Ware.ADD_ON, input.face());
        Checked checked = checked(faults, input);
        AddOnPrices prices =
                AddOnPrices.first(faults, checked.kind(), new NewAddOnPrice(input.monthlyPrice(), input.setupPrice()));
        faults.throwIfAny();
        return transactions.run(() -> {
            UUID id = Ids.next(clock);
            Place place = Ware.ADD_ON.ofHouse(slug);
            if (insert(id, slug, face, checked) == 0) {
                throw place.taken();
            }
            store.insert(new Version(id, 1, currency, Optional.empty()), prices);
            shelf.record(caller, place, id, "create", slug);
            return get(slug);
        });
    }

    private int insert(UUID id, String slug, Face face, Checked checked) {
        return database.update(
                "INSERT IGNORE INTO add_on (id, slug, name, summary, kind, meter, quantity, most, position, listed)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                slug,
                face.name(),
                face.summary(),
                checked.kind(),
                checked.meter(),
                checked.quantity(),
                checked.most(),
                face.position(),
                face.listed());
    }

    private static Checked checked(InputFaults faults, NewAddOn input) {
        Optional<Kind> kind = Stream.of(Kind.values())
                .filter(k -> k.name().equals(input.kind()))
                .findFirst();
        faults.check(kind.isPresent(), "kind", "must be one of " + List.of(Kind.values()));
        Optional<Meter> meter =
                COVERABLE.stream().filter(m -> m.name().equals(input.meter())).findFirst();
        boolean allowance = kind.filter(Kind.ALLOWANCE::equals).isPresent();
        faults.check(allowance ? meter.isPresent() : input.meter() == null, "meter", wantedMeter(allowance));
        BigDecimal quantity = input.quantity() == null ? BigDecimal.ONE : input.quantity();
        boolean whole =
                quantity.signum() > 0 && quantity.stripTrailingZeros().scale() <= 0 && quantity.compareTo(TOO_MUCH) < 0;
        faults.check(whole, "quantity", "must be a whole number from 1 to below 10^30");
        faults.check(
                kind.filter(Kind.CPU_CREDIT::equals).isEmpty() || quantity.compareTo(MOST_SECONDS) <= 0,
                "quantity",
                "of CPU_CREDIT is at most %s vCPU-seconds".formatted(MOST_SECONDS));
        faults.check(
                kind.filter(Kind.ADDRESS::equals).isEmpty() || quantity.compareTo(BigDecimal.ONE) == 0,
                "quantity",
                "of ADDRESS is 1: its price is that of one address");
        int most = input.most() == null ? 1 : input.most();
        faults.check(most >= 1 && most <= MOST, "most", "must be from 1 to " + MOST);
        return new Checked(kind.orElse(Kind.OTHER), meter, quantity, most);
    }

    private static String wantedMeter(boolean allowance) {
        return allowance ? "must be one of " + COVERABLE : "goes with ALLOWANCE only";
    }

    public ShelvedAddOn addVersion(Caller caller, String slug, NewAddOnPrice input) {
        return transactions.run(() -> {
            Place place = Ware.ADD_ON.ofHouse(slug);
            UUID id = shelf.locked(place);
            AddOn last = get(slug).addOn();
            InputFaults faults = new InputFaults();
            AddOnPrices prices = AddOnPrices.next(faults, last, input);
            faults.throwIfAny();
            int version = last.version() + 1;
            store.insert(new Version(id, version, currency, Optional.empty()), prices);
            shelf.record(
                    caller, place, id, "version", "%s, version %d at %s".formatted(slug, version, prices.monthly()));
            return get(slug);
        });
    }

    public ShelvedAddOn change(Caller caller, String slug, AddOnChange input) {
        return transactions.run(() -> {
            shelf.change(caller, Ware.ADD_ON.ofHouse(slug), input.face());
            return get(slug);
        });
    }
}
