package dev.berth.order;

import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnCatalog;
import dev.berth.order.FeePreview.Rest;
import dev.berth.order.PaymentCheck.More;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsAddOns;
import dev.berth.vps.VpsAddOns.Has;
import dev.berth.vps.VpsPlan.Obstacle;
import dev.berth.vps.VpsService;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** More or less beside a VPS' plan: first what it means, then the deed. */
@ApplicationScoped
public class AddOnChanges {
    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final AccountService accounts;
    private final AddOnCatalog catalog;
    private final VpsService service;
    private final VpsAddOns addOns;
    private final PaymentCheck payment;
    private final FeePreview fees;

    AddOnChanges(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            AccountService accounts,
            AddOnCatalog catalog,
            VpsService service,
            VpsAddOns addOns,
            PaymentCheck payment,
            FeePreview fees) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.accounts = accounts;
        this.catalog = catalog;
        this.service = service;
        this.addOns = addOns;
        this.payment = payment;
        this.fees = fees;
    }

    /**
     * What another number of units would mean now.
     *
     * @param addOn in the version that would be paid
     * @param restNow fees for it from now to the end of the billing period, as it is
     * @param restThen the same with the other number of units; for addresses if all of them are used
     * @param atOnce what setting it up costs
     * @param obstacles why it is refused; none: it can be done
     */
    public record Preview(
            UUID vpsId,
            AddOn addOn,
            int unitsNow,
            int unitsThen,
            Rest restNow,
            Rest restThen,
            BigDecimal atOnce,
            List<Obstacle> obstacles) {
        public Preview {
            obstacles = List.copyOf(obstacles);
        }

        public boolean possible() {
            return obstacles.isEmpty();
        }
    }

    /** What a VPS has now. */
    public List<Has> of(Caller caller, UUID vpsId) {
        service.get(caller, vpsId);
        return addOns.of(vpsId);
    }

    /** @param wanted units from now on; 0 for none */
    public Preview preview(Caller caller, UUID vpsId, @Nullable String slug, int wanted) {
        Vps vps = service.get(caller, vpsId);
        More change = change(vps, slug, wanted);
        List<Obstacle> obstacles = new ArrayList<>(addOns.obstacles(vps, change.next(), wanted));
        refusal(vps, change).ifPresent(why -> obstacles.add(new Obstacle("payment-refused", why)));
        return new Preview(
                vpsId,
                change.next(),
                change.had(),
                wanted,
                fees.rest(vps.accountId(), change.present(), change.had()),
                fees.rest(vps.accountId(), change.next(), wanted),
                atOnce(fees.paid(vps.accountId(), change.next()), wanted - change.had()),
                obstacles);
    }

    private static BigDecimal atOnce(AddOn addOn, int more) {
        return addOn.setupPrice().amount().multiply(BigDecimal.valueOf(Math.max(more, 0)));
    }

    /**
     * Fewer units keep the price that they were bought at; more are all paid at the price in force. What was bought of the house, and the same
     * of a reseller, is one thing: the one takes the other's place.
     */
    private More change(Vps vps, @Nullable String slug, int wanted) {
        if (wanted < 0 || wanted > VpsAddOns.MOST_UNITS) {
            throw Problem.invalid("units", "must be from 0 to " + VpsAddOns.MOST_UNITS);
        }
        String name = slug == null ? "" : slug.trim();
        Optional<Has> has = addOns.of(vps.id()).stream()
                .filter(one -> one.addOn().slug().equals(name))
                .findFirst();
        int had = has.map(Has::units).orElse(0);
        if (has.isPresent() && wanted <= had) {
            return new More(has.get().addOn(), had, has.get().addOn(), wanted);
        }
        AddOn next = catalog.bySlug(name, vps.plan().versionId())
                .orElseThrow(() -> Problem.invalid("addOn", "names no add-on that is for sale"));
        Optional<Has> same = addOns.same(vps.id(), next.id());
        return new More(same.map(Has::addOn).orElse(next), same.map(Has::units).orElse(0), next, wanted);
    }

    private Optional<String> refusal(Vps vps, More change) {
        PaymentMethod method = PaymentMethod.of(database, vps.id());
        return payment.refusalOfMore(accounts.byId(vps.accountId()), change, method);
    }

    /** From now on the VPS has so many units; where a limit depends on it, its node changes it while it runs. */
    public Operation change(Caller caller, UUID vpsId, @Nullable String slug, int wanted) {
        tenancy.requireChange(caller, service.byId(vpsId).accountId(), "VPS");
        return transactions.run(() -> {
            Vps vps = service.byId(vpsId);
            More change = change(vps, slug, wanted);
            if (wanted > change.had() && vps.suspended().isPresent()) {
                throw Problem.conflict("suspended", "This VPS is suspended by staff.");
            }
            refusal(vps, change).ifPresent(why -> {
                throw Problem.of(402, "payment-refused", why);
            });
            return addOns.change(caller, vpsId, change.next(), wanted);
        });
    }
}
