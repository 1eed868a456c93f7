package dev.berth.coupon;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.coupon.CouponPeriods.Reach;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.DatabaseException;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import dev.berth.platform.Row;
import dev.berth.platform.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Redeems coupons. */
@ApplicationScoped
public class Coupons {
    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final AccountService accounts;
    private final CouponPeriods periods;
    private final AuditService audit;
    private final InstantSource clock;

    Coupons(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            AccountService accounts,
            CouponPeriods periods,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.accounts = accounts;
        this.periods = periods;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * @param appliesFrom of the first billing period that it makes smaller
     * @param appliesUntil of the first that it does not any more; empty: for ever
     */
    public record Redemption(
            UUID id,
            UUID accountId,
            String code,
            String label,
            Instant redeemedAt,
            Instant appliesFrom,
            Optional<Instant> appliesUntil) {
        private static Redemption of(Row row) {
            return new Redemption(
                    row.uuid("id"),
                    row.uuid("account_id"),
                    row.text("code"),
                    row.text("label"),
                    row.instant("redeemed_at"),
                    row.instant("applies_from"),
                    row.optionalInstant("applies_until"));
        }
    }

    private static final String SELECT = "SELECT r.id, r.account_id, c.code, c.label, r.redeemed_at, r.applies_from,"
            + " r.applies_until FROM coupon_redemption r JOIN coupon c ON c.id = r.coupon_id WHERE ";

    /** What an account has redeemed, newest first. */
    public List<Redemption> of(Caller caller, UUID accountId) {
        accounts.get(caller, accountId);
        return database.list(
                SELECT + "r.account_id = ? ORDER BY r.id DESC LIMIT ?", Redemption::of, accountId, Page.MAX_LIMIT);
    }

    /** As it is typed: small letters and spaces around it do not matter. */
    static String typed(@Nullable String code) {
        return code == null ? "" : code.trim().toUpperCase(Locale.ROOT);
    }

    /** The one with a code that can be redeemed now, by whomever. */
    public Optional<Coupon> valid(@Nullable String code) {
        Instant now = clock.instant();
        return database.one(
                Coupon.SELECT + " WHERE c.code = ? AND c.valid_from <= ? AND (c.valid_to IS NULL OR c.valid_to > ?)",
                Coupon::of,
                typed(code),
                now,
                now);
    }

    public Redemption redeem(Caller caller, UUID accountId, @Nullable String code) {
        tenancy.requireChange(caller, accountId, "account");
        return transactions.run(() -> redeemed(caller, accounts.byId(accountId), code));
    }

    private Redemption redeemed(Caller caller, Account account, @Nullable String code) {
        Coupon coupon =
                valid(code).orElseThrow(() -> Problem.invalid("code", "is of no coupon that can be redeemed now"));
        if (coupon.amount()
                .filter(amount -> !amount.currency().equals(account.currency()))
                .isPresent()) {
            throw Problem.conflict("coupon-currency", "This coupon is not for " + account.currency() + ".");
        }
        if (coupon.newAccounts() && hadServers(account.id())) {
            throw Problem.conflict("coupon-not-new", "This coupon is for accounts that never had a VPS.");
        }
        if (ofReseller(account.id())) {
            throw Problem.conflict("coupon-not-sold-by-us", "This account is billed by its reseller.");
        }
        count(coupon.id());
        Reach reach = periods.reach(account.id(), coupon.periods());
        UUID id = Ids.next(clock);
        insert(caller, id, coupon.id(), account.id(), reach);
        audit.record(
                caller,
                Deed.of("coupon.redeem", "coupon", coupon.id())
                        .account(account.id())
                        .with(coupon.code()));
        return database.one(SELECT + "r.id = ?", Redemption::of, id).orElseThrow();
    }

    private boolean ofReseller(UUID accountId) {
        return database.number(
                        "SELECT EXISTS (SELECT 1 FROM account a JOIN wholesale_terms t ON t.reseller_id = a.reseller_id"
                                + " WHERE a.id = ?) AS n",
                        accountId)
                == 1;
    }

    private boolean hadServers(UUID accountId) {
        return database.number("SELECT EXISTS (SELECT 1 FROM subscription s WHERE s.account_id = ?) AS n", accountId)
                == 1;
    }

    /** The coupon's row puts all that redeem it in order, and breaks for one too many. */
    private void count(UUID couponId) {
        int counted = database.update(
                "UPDATE coupon SET redeemed = redeemed + 1 WHERE id = ?"
                        + " AND (max_redemptions IS NULL OR redeemed < max_redemptions)",
                couponId);
        if (counted == 0) {
            throw Problem.conflict("coupon-used-up", "This coupon was redeemed as often as it can be.");
        }
    }

    private void insert(Caller caller, UUID id, UUID couponId, UUID accountId, Reach reach) {
        try {
            database.update(
                    "INSERT INTO coupon_redemption (id, coupon_id, account_id, redeemed_by, redeemed_at, applies_from,"
                            + " applies_until) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    id,
                    couponId,
                    accountId,
                    caller.subject(),
                    clock.instant(),
                    reach.from(),
                    reach.until());
        } catch (DatabaseException e) {
            if (e.duplicateKey().isPresent()) {
                throw Problem.conflict("coupon-redeemed", "This account has redeemed this coupon already.");
            }
            throw e;
        }
    }
}
