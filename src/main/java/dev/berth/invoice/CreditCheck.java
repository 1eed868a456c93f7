package dev.berth.invoice;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.catalog.AddOn;
import dev.berth.catalog.Plan;
import dev.berth.dunning.DunningService;
import dev.berth.ledger.store.LedgerService;
import dev.berth.order.PaymentCheck;
import dev.berth.order.PaymentMethod;
import dev.berth.platform.Database;
import dev.berth.units.AccountId;
import dev.berth.units.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;

/**
 * Credit must cover the first month of a new VPS beside a month of those that are there; invoices need permission. A reseller's customer
 * is asked for the house's prices as long as the house bills it.
 */
@ApplicationScoped
class CreditCheck implements PaymentCheck {
    private final LedgerService ledger;
    private final DunningService dunning;
    private final AccountService accounts;
    private final Database database;
    private final PaidNow paid;

    CreditCheck(
            LedgerService ledger, DunningService dunning, AccountService accounts, Database database, PaidNow paid) {
        this.accounts = accounts;
        this.dunning = dunning;
        this.ledger = ledger;
        this.database = database;
        this.paid = paid;
    }

    @Override
    public Optional<String> refusal(Account account, Plan plan, PaymentMethod method) {
        if (dunning.heldBack(account.id())) {
            return Optional.of(
                    "This account's servers are held back until what is overdue is paid: nothing is added before.");
        }
        return switch (method) {
            case INVOICE ->
                account.mayPayByInvoice() ? Optional.empty() : Optional.of("This account may not pay by invoice.");
            case CREDIT -> uncovered(account, first(account, plan));
        };
    }

    @Override
    public Optional<String> refusalOfChange(Account account, Plan present, Plan next, PaymentMethod method) {
        boolean retail = paid.retail(account.id());
        BigDecimal now = paid.of(retail, present).mostOfMonth().amount();
        BigDecimal more = paid.of(retail, next).mostOfMonth().amount().subtract(now);
        return method == PaymentMethod.CREDIT && more.signum() > 0
                ? uncovered(account, new Asked(next.currency(), more, retail))
                : Optional.empty();
    }

    @Override
    public Optional<String> refusalOfMore(Account account, More more, PaymentMethod method) {
        boolean retail = paid.retail(account.id());
        AddOn next = paid.of(retail, more.next());
        BigDecimal first = new More(paid.of(retail, more.present()), more.had(), next, more.wanted()).atFirst();
        return method == PaymentMethod.CREDIT && first.signum() > 0
                ? uncovered(account, new Asked(next.currency(), first, retail))
                : sold(account, next.currency());
    }

    /**
     * What a month costs beside what there is.
     *
     * @param retail whether at a reseller's prices
     */
    private record Asked(String currency, BigDecimal more, boolean retail) {}

    private Asked first(Account account, Plan plan) {
        boolean retail = paid.retail(account.id());
        Plan priced = paid.of(retail, plan);
        return new Asked(
                priced.currency(),
                priced.mostOfMonth().amount().add(priced.atStart().amount()),
                retail);
    }

    private Optional<String> uncovered(Account account, Asked asked) {
        Optional<String> elsewhere = sold(account, asked.currency());
        if (elsewhere.isPresent()) {
            return elsewhere;
        }
        // of several orders at once each sees what those before it bought
        accounts.lock(account.id());
        Currency currency = Currency.getInstance(account.currency());
        Money credit = ledger.credit(new AccountId(account.id()), currency);
        Money needed = Money.rounded(asked.more().add(monthly(account, asked.retail())), currency);
        boolean covered = credit.isPositive() && credit.compareTo(needed) >= 0;
        return covered
                ? Optional.empty()
                : Optional.of("The credit of %s does not cover %s for the first month.".formatted(credit, needed));
    }

    private static Optional<String> sold(Account account, String currency) {
        return currency.equals(account.currency())
                ? Optional.empty()
                : Optional.of("This is not sold in " + account.currency() + ".");
    }

    private BigDecimal monthly(Account account, boolean retail) {
        return plans(account, retail).add(addOns(account, retail));
    }

    private BigDecimal addOns(Account account, boolean retail) {
        return database.one(
                        "SELECT COALESCE(SUM(x.units * p.monthly_price), 0) AS price FROM add_on_subscription x"
                                + " JOIN add_on_version w ON w.id = x.add_on_version_id"
                                + " JOIN add_on_version p ON p.id = IF(?, w.id, COALESCE(w.wholesale_version_id, w.id))"
                                + " JOIN subscription s ON s.open_vps_id = x.vps_id AND s.account_id = x.account_id"
                                + " WHERE x.account_id = ? AND x.valid_to IS NULL",
                        row -> row.decimal("price"),
                        retail,
                        account.id())
                .orElseThrow();
    }

    private BigDecimal plans(Account account, boolean retail) {
        return database.one(
                        "SELECT COALESCE(SUM(IF(t.model = 'HOURLY', COALESCE(t.cap_price, t.unit_price * 744),"
                                + " t.unit_price)), 0) AS price FROM subscription s"
                                + " JOIN plan_version w ON w.id = s.plan_version_id JOIN tariff_line t ON"
                                + " t.plan_version_id = IF(?, w.id, COALESCE(w.wholesale_version_id, w.id))"
                                + " AND t.model IN ('RECURRING', 'HOURLY') WHERE"
                                + " s.account_id = ? AND s.valid_to IS NULL",
                        row -> row.decimal("price"),
                        retail,
                        account.id())
                .orElseThrow();
    }
}
