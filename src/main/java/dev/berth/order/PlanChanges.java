package dev.berth.order;

import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import dev.berth.order.FeePreview.Rest;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsPlan;
import dev.berth.vps.VpsPlan.Obstacle;
import dev.berth.vps.VpsService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Upgrades and downgrades: first what they mean, then the deed. */
@ApplicationScoped
public class PlanChanges {
    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final AccountService accounts;
    private final CatalogService catalog;
    private final VpsService service;
    private final VpsPlan vpsPlan;
    private final PaymentCheck payment;
    private final FeePreview fees;

    PlanChanges(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            AccountService accounts,
            CatalogService catalog,
            VpsService service,
            VpsPlan vpsPlan,
            PaymentCheck payment,
            FeePreview fees) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.accounts = accounts;
        this.catalog = catalog;
        this.service = service;
        this.vpsPlan = vpsPlan;
        this.payment = payment;
        this.fees = fees;
    }

    /**
     * What a change would mean now.
     *
     * @param obstacles why it is refused; none: it can be done
     * @param warnings what may hurt
     */
    public record Preview(
            UUID vpsId,
            Plan present,
            Plan next,
            Rest restNow,
            Rest restThen,
            List<Obstacle> obstacles,
            List<String> warnings) {
        public Preview {
            obstacles = List.copyOf(obstacles);
            warnings = List.copyOf(warnings);
        }

        public boolean possible() {
            return obstacles.isEmpty();
        }
    }

    /** @param slug of a plan for sale; its version in force is meant */
    public Preview preview(Caller caller, UUID vpsId, @Nullable String slug) {
        Vps vps = service.get(caller, vpsId);
        Plan next = forSale(slug, vps.accountId());
        Plan present = present(vps);
        List<Obstacle> obstacles = new ArrayList<>(vpsPlan.obstacles(vps, next));
        refusal(vps, present, next).ifPresent(why -> obstacles.add(new Obstacle("payment-refused", why)));
        return new Preview(
                vpsId,
                present,
                next,
                fees.rest(vps.accountId(), present),
                fees.rest(vps.accountId(), next),
                obstacles,
                vpsPlan.warnings(vps, next));
    }

    /** The plan of a VPS, in the version that it was bought in. */
    public Plan present(Vps vps) {
        return catalog.byVersion(vps.plan().versionId());
    }

    private Plan forSale(@Nullable String slug, UUID account) {
        return catalog.bySlug(slug == null ? "" : slug.trim(), account)
                .orElseThrow(() -> Problem.invalid("plan", "names no plan that is for sale"));
    }

    private Optional<String> refusal(Vps vps, Plan present, Plan next) {
        PaymentMethod method = PaymentMethod.of(database, vps.id());
        return payment.refusalOfChange(accounts.byId(vps.accountId()), present, next, method);
    }

    /** From now on the VPS is on the other plan; its node changes the limits while it runs. */
    public Operation change(Caller caller, UUID vpsId, @Nullable String slug) {
        tenancy.requireChange(caller, service.byId(vpsId).accountId(), "VPS");
        return transactions.run(() -> {
            Vps vps = service.byId(vpsId);
            Plan next = forSale(slug, vps.accountId());
            refusal(vps, present(vps), next).ifPresent(why -> {
                throw Problem.of(402, "payment-refused", why);
            });
            return vpsPlan.change(caller, vpsId, next);
        });
    }
}
