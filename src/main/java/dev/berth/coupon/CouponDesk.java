package dev.berth.coupon;

import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Staff's hand on coupons. What one says never changes: end it, and make another. */
@ApplicationScoped
public class CouponDesk {
    private static final Pattern CODE = Pattern.compile("[A-Z0-9][A-Z0-9-]{2,39}");
    private static final int WHOLE = 10_000;
    private static final int MOST_PERIODS = 1_200;
    private static final int MOST_NAMED = 50;
    private static final BigDecimal TOO_MUCH = BigDecimal.TEN.pow(9);

    private final Database database;
    private final Transactions transactions;
    private final AuditService audit;
    private final InstantSource clock;
    private final Currency currency;

    CouponDesk(
            Database database,
            Transactions transactions,
            AuditService audit,
            InstantSource clock,
            @ConfigProperty(name = "berth.currency") String currency) {
        this.database = database;
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
        this.currency = Currency.getInstance(currency);
    }

    /**
     * A coupon as it came from outside: with {@code basisPoints} or {@code amount}.
     *
     * @param amount in the installation's currency, of each bill
     * @param periods missing: for ever
     * @param plans slugs
     * @param addOns slugs
     * @param validFrom such as 2027-01-01T00:00:00Z; at once where it is missing
     * @param maxRedemptions missing: without end
     */
    public record NewCoupon(
            @Nullable String code,
            @Nullable String label,
            @Nullable Integer basisPoints,
            @Nullable BigDecimal amount,
            @Nullable Integer periods,
            @Nullable List<@Nullable String> plans,
            @Nullable List<@Nullable String> addOns,
            @Nullable Boolean newAccounts,
            @Nullable String validFrom,
            @Nullable String validTo,
            @Nullable Integer maxRedemptions) {}

    /** Newest first. */
    public List<Coupon> all() {
        return database.list(Coupon.SELECT + " ORDER BY c.id DESC LIMIT ?", Coupon::of, Page.MAX_LIMIT);
    }

    public Coupon get(String code) {
        return database.one(Coupon.SELECT + " WHERE c.code = ?", Coupon::of, Coupons.typed(code))
                .orElseThrow(() -> Problem.notFound("coupon"));
    }

    private record Off(@Nullable Integer basisPoints, Optional<Money> amount) {}

    private record Checked(String code, String label, Off off, Instant from, Optional<Instant> to) {}

    public Coupon create(Caller caller, NewCoupon input) {
        InputFaults faults = new InputFaults();
        Checked checked = checked(faults, input);
        bounded(faults, "periods", input.periods(), MOST_PERIODS);
        bounded(faults, "maxRedemptions", input.maxRedemptions(), Integer.MAX_VALUE);
        Set<UUID> plans =
                named(faults, "plans", input.plans(), "SELECT id FROM plan WHERE slug = ? AND owner_id IS NULL");
        Set<UUID> addOns =
                named(faults, "addOns", input.addOns(), "SELECT id FROM add_on WHERE slug = ? AND owner_id IS NULL");
        faults.throwIfAny();
        return transactions.run(() -> {
            UUID id = Ids.next(clock);
            insert(caller, id, checked, input);
            plans.forEach(
                    plan -> database.update("INSERT INTO coupon_plan (coupon_id, plan_id) VALUES (?, ?)", id, plan));
            addOns.forEach(addOn ->
                    database.update("INSERT INTO coupon_add_on (coupon_id, add_on_id) VALUES (?, ?)", id, addOn));
            audit.record(caller, Deed.of("coupon.create", "coupon", id).with(checked.code()));
            return get(checked.code());
        });
    }

    private Checked checked(InputFaults faults, NewCoupon input) {
        String code = Coupons.typed(input.code());
        faults.check(CODE.matcher(code).matches(), "code", "must be 3 to 40 letters, digits and hyphens");
        String label = faults.text("label", input.label(), 80);
        Instant from = instant(faults, "validFrom", input.validFrom()).orElseGet(clock::instant);
        Optional<Instant> to = instant(faults, "validTo", input.validTo());
        faults.check(to.isEmpty() || to.get().isAfter(from), "validTo", "must be after validFrom");
        return new Checked(code, label, off(faults, input), from, to);
    }

    private Off off(InputFaults faults, NewCoupon input) {
        Integer share = input.basisPoints();
        BigDecimal amount = input.amount();
        faults.check((share == null) != (amount == null), "basisPoints", "must be given, or amount, not both");
        bounded(faults, "basisPoints", share, WHOLE);
        if (amount == null) {
            return new Off(share, Optional.empty());
        }
        boolean fits = amount.signum() > 0
                && amount.compareTo(TOO_MUCH) < 0
                && amount.stripTrailingZeros().scale() <= currency.getDefaultFractionDigits();
        faults.check(fits, "amount", "must be above zero, in whole cents");
        return new Off(share, fits ? Optional.of(Money.rounded(amount, currency)) : Optional.empty());
    }

    private static void bounded(InputFaults faults, String field, @Nullable Integer value, int most) {
        faults.check(value == null || (value >= 1 && value <= most), field, "must be from 1 to " + most);
    }

    private static Optional<Instant> instant(InputFaults faults, String field, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text.trim()));
        } catch (DateTimeException e) {
            faults.add(field, "is no instant such as 2027-01-01T00:00:00Z");
            return Optional.empty();
        }
    }

    private Set<UUID> named(InputFaults faults, String field, @Nullable List<@Nullable String> slugs, String select) {
        List<@Nullable String> given = slugs == null ? List.of() : new ArrayList<>(slugs);
        Set<UUID> found = new LinkedHashSet<>();
        if (!faults.check(given.size() <= MOST_NAMED, field, "are more than " + MOST_NAMED)) {
            return found;
        }
        for (String slug : given) {
            Optional<UUID> id = database.one(select, row -> row.uuid("id"), slug);
            faults.check(id.isPresent(), field, "names nothing that there is: %s".formatted(slug));
            id.ifPresent(found::add);
        }
        return found;
    }

    private void insert(Caller caller, UUID id, Checked checked, NewCoupon input) {
        int made = database.update(
                "INSERT IGNORE INTO coupon (id, code, label, basis_points, amount, currency, periods, new_accounts,"
                        + " valid_from, valid_to, max_redemptions, created_by, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                checked.code(),
                checked.label(),
                checked.off().basisPoints(),
                checked.off().amount().map(Money::minor),
                checked.off().amount().map(money -> money.currency().getCurrencyCode()),
                input.periods(),
                Boolean.TRUE.equals(input.newAccounts()),
                checked.from(),
                checked.to(),
                input.maxRedemptions(),
                caller.subject(),
                clock.instant());
        if (made == 0) {
            throw Problem.conflict("code-taken", "There is a coupon with this code.");
        }
    }

    /** Nobody redeems it from now on; who has keeps it. */
    public Coupon end(Caller caller, String code) {
        return transactions.run(() -> {
            Coupon coupon = get(code);
            Instant now = clock.instant();
            database.update(
                    "UPDATE coupon SET valid_to = ? WHERE id = ? AND (valid_to IS NULL OR valid_to > ?)",
                    now,
                    coupon.id(),
                    now);
            audit.record(caller, Deed.of("coupon.end", "coupon", coupon.id()).with(coupon.code()));
            return get(code);
        });
    }
}
