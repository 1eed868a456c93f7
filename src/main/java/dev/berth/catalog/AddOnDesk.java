package dev.berth.catalog;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.catalog.AddOn.Kind;
import dev.berth.metering.Meter;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
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
    private final AuditService audit;
    private final InstantSource clock;
    private final String currency;

    AddOnDesk(
            Database database,
            Transactions transactions,
            AuditService audit,
            InstantSource clock,
            @ConfigProperty(name = "berth.currency") String currency) {
        this.database = database;
        this.transactions = transactions;
        this.audit = audit;
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
            @Nullable BigDecimal setupPrice) {}

    /** New prices from now on; what is left out stays. */
    public record NewAddOnPrice(
            @Nullable BigDecimal monthlyPrice, @Nullable BigDecimal setupPrice) {}

    /** What is shown of an add-on; what is left out stays. */
    public record AddOnChange(
            @Nullable String name,
            @Nullable String summary,
            @Nullable Boolean listed) {}

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

    private record Checked(
            String slug, String name, String summary, Kind kind, Optional<Meter> meter, BigDecimal quantity) {}

    public ShelvedAddOn create(Caller caller, NewAddOn input) {
        InputFaults faults = new InputFaults();
        Checked checked = checked(faults, input);
        int most = bounded(faults, "most", input.most(), 1, MOST);
        int position = bounded(faults, "position", input.position(), 0, PlanDesk.LAST_POSITION);
        boolean pack = checked.kind() == Kind.CPU_CREDIT;
        BigDecimal monthly = LineCheck.price(
                faults, "monthlyPrice", pack && input.monthlyPrice() == null ? BigDecimal.ZERO : input.monthlyPrice());
        BigDecimal setup = LineCheck.price(
                faults, "setupPrice", input.setupPrice() == null ? BigDecimal.ZERO : input.setupPrice());
        pack(faults, checked.kind(), monthly, setup);
        faults.throwIfAny();
        return transactions.run(() -> {
            UUID id = Ids.next(clock);
            int made = database.update(
                    "INSERT IGNORE INTO add_on (id, slug, name, summary, kind, meter, quantity, most, position, listed)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    id,
                    checked.slug(),
                    checked.name(),
                    checked.summary(),
                    checked.kind(),
                    checked.meter(),
                    checked.quantity(),
                    most,
                    position,
                    input.listed() == null || input.listed());
            if (made == 0) {
                throw Problem.conflict("slug-taken", "There is an add-on of this name.");
            }
            insert(id, 1, monthly, setup);
            audit.record(caller, Deed.of("add-on.create", "add-on", id).with(checked.slug()));
            return get(checked.slug());
        });
    }

    static String slug(InputFaults faults, @Nullable String given) {
        String slug = faults.text("slug", given, 40);
        faults.check(
                PlanDesk.SLUG.matcher(slug).matches(),
                "slug",
                "must be small letters, digits and hyphens, a letter first");
        return slug;
    }

    private static Checked checked(InputFaults faults, NewAddOn input) {
        String slug = slug(faults, input.slug());
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
        return new Checked(
                slug,
                faults.text("name", input.name(), 80),
                faults.optionalText("summary", input.summary(), 200),
                kind.orElse(Kind.OTHER),
                meter,
                quantity);
    }

    /** What is bought once has no fee. */
    static void pack(InputFaults faults, Kind kind, BigDecimal monthly, BigDecimal setup) {
        if (kind == Kind.CPU_CREDIT) {
            faults.check(monthly.signum() == 0, "monthlyPrice", "does not go with CPU_CREDIT");
            faults.check(setup.signum() > 0, "setupPrice", "must be above zero: it is what a pack costs");
        }
    }

    private static String wantedMeter(boolean allowance) {
        return allowance ? "must be one of " + COVERABLE : "goes with ALLOWANCE only";
    }

    private static int bounded(InputFaults faults, String field, @Nullable Integer given, int least, int most) {
        int value = given == null ? least : given;
        faults.check(value >= least && value <= most, field, "must be from %d to %d".formatted(least, most));
        return value;
    }

    private void insert(UUID addOn, int version, BigDecimal monthly, BigDecimal setup) {
        database.update(
                "INSERT INTO add_on_version (id, add_on_id, version, valid_from, currency, monthly_price, setup_price)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                Ids.next(clock),
                addOn,
                version,
                now(),
                currency,
                monthly,
                setup);
    }

    public ShelvedAddOn addVersion(Caller caller, String slug, NewAddOnPrice input) {
        return transactions.run(() -> {
            UUID id = locked(slug);
            AddOn last = get(slug).addOn();
            InputFaults faults = new InputFaults();
            BigDecimal monthly = LineCheck.price(faults, "monthlyPrice", or(input.monthlyPrice(), last.monthlyPrice()));
            BigDecimal setup = LineCheck.price(faults, "setupPrice", or(input.setupPrice(), last.setupPrice()));
            pack(faults, last.kind(), monthly, setup);
            faults.throwIfAny();
            insert(id, last.version() + 1, monthly, setup);
            audit.record(
                    caller,
                    Deed.of("add-on.version", "add-on", id)
                            .with("%s, version %d at %s".formatted(slug, last.version() + 1, monthly)));
            return get(slug);
        });
    }

    static BigDecimal or(@Nullable BigDecimal given, Plan.Price was) {
        return given == null ? was.amount() : given;
    }

    public ShelvedAddOn change(Caller caller, String slug, AddOnChange input) {
        return transactions.run(() -> {
            UUID id = locked(slug);
            ShelvedAddOn was = get(slug);
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
                            .with("%s, %s".formatted(slug, listed ? "for sale" : "not for sale")));
            return get(slug);
        });
    }

    /** So that two new versions at once get two numbers. */
    private UUID locked(String slug) {
        return database.one(
                        "SELECT id FROM add_on WHERE slug = ? AND owner_id IS NULL FOR UPDATE",
                        row -> row.uuid("id"),
                        slug)
                .orElseThrow(() -> Problem.notFound("add-on"));
    }

    /** As fine as the column. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
