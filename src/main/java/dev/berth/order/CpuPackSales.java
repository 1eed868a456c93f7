package dev.berth.order;

import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnCatalog;
import dev.berth.order.PaymentCheck.More;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.CpuPacks;
import dev.berth.vps.Operation;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sells packs of CPU credit for a VPS. */
@ApplicationScoped
public class CpuPackSales {
    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final AccountService accounts;
    private final AddOnCatalog catalog;
    private final VpsService service;
    private final CpuPacks packs;
    private final PaymentCheck payment;

    CpuPackSales(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            AccountService accounts,
            AddOnCatalog catalog,
            VpsService service,
            CpuPacks packs,
            PaymentCheck payment) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.accounts = accounts;
        this.catalog = catalog;
        this.service = service;
        this.packs = packs;
        this.payment = payment;
    }

    /** The purchase and what the node is told are of one transaction. */
    public Operation buy(Caller caller, UUID vpsId, @Nullable String slug, int units) {
        tenancy.requireChange(caller, service.byId(vpsId).accountId(), "VPS");
        AddOn pack = pack(service.byId(vpsId), slug, units);
        return transactions.run(() -> {
            Vps vps = service.byId(vpsId);
            if (vps.suspended().isPresent()) {
                throw Problem.conflict("suspended", "This VPS is suspended by staff.");
            }
            payment.refusalOfMore(
                            accounts.byId(vps.accountId()),
                            new More(pack, 0, pack, units),
                            PaymentMethod.of(database, vpsId))
                    .ifPresent(why -> {
                        throw Problem.of(402, "payment-refused", why);
                    });
            return packs.buy(caller, vpsId, pack, units);
        });
    }

    private AddOn pack(Vps vps, @Nullable String slug, int units) {
        AddOn pack = catalog.bySlug(slug == null ? "" : slug.trim(), vps.plan().versionId())
                .filter(addOn -> addOn.kind() == AddOn.Kind.CPU_CREDIT)
                .orElseThrow(() -> Problem.invalid("addOn", "names no pack of CPU credit that is for sale"));
        if (units < 1 || units > pack.most()) {
            throw Problem.invalid("units", "must be from 1 to " + pack.most());
        }
        return pack;
    }
}
