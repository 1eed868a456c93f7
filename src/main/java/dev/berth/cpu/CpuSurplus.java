package dev.berth.cpu;

import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.catalog.AddOn;
import dev.berth.catalog.AddOnCatalog;
import dev.berth.catalog.Plan;
import dev.berth.cpu.SurplusCapStore.Cap;
import dev.berth.invoice.SurplusRoom;
import dev.berth.invoice.SurplusRoom.Room;
import dev.berth.invoice.SurplusRoom.Seen;
import dev.berth.platform.Caller;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.units.Money;
import dev.berth.units.UnitPrice;
import dev.berth.vps.CpuPacks;
import dev.berth.vps.CpuPacks.Purchase;
import dev.berth.vps.SurplusLimit;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsService;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a VPS has beyond its bank, and the customer's word on what surplus may cost. */
@ApplicationScoped
public class CpuSurplus {
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

    private final VpsService service;
    private final Tenancy tenancy;
    private final CpuPacks packs;
    private final AddOnCatalog catalog;
    private final SurplusRoom rooms;
    private final SurplusCapStore caps;
    private final SurplusLimits limits;
    private final SurplusLimit limit;
    private final AuditService audit;
    private final Transactions transactions;

    CpuSurplus(
            VpsService service,
            Tenancy tenancy,
            CpuPacks packs,
            AddOnCatalog catalog,
            SurplusRoom rooms,
            SurplusCapStore caps,
            SurplusLimits limits,
            SurplusLimit limit,
            AuditService audit,
            Transactions transactions) {
        this.service = service;
        this.tenancy = tenancy;
        this.packs = packs;
        this.catalog = catalog;
        this.rooms = rooms;
        this.caps = caps;
        this.limits = limits;
        this.limit = limit;
        this.audit = audit;
        this.transactions = transactions;
    }

    /**
     * @param seen what was drawn by the newest reading; empty before the first
     * @param forSale packs
     * @param room empty where its plan has no price of surplus
     * @param cap empty for none: then there is no surplus
     */
    public record State(
            Vps vps,
            long boughtMicros,
            Optional<Seen> seen,
            List<Purchase> purchases,
            List<AddOn> forSale,
            Optional<Room> room,
            Optional<Money> cap) {
        public State {
            purchases = List.copyOf(purchases);
            forSale = List.copyOf(forSale);
        }

        public long creditUsedMicros() {
            return seen.map(Seen::creditMicros).orElse(0L);
        }

        /** What a form shows of the cap. */
        public String capText() {
            return cap.map(Money::amount).orElse("");
        }

        /** Nothing can be used for less than the smallest unit of money. */
        public boolean capReached() {
            return cap.isPresent()
                    && room.map(r -> r.charged().minor() + 1 >= cap.get().minor())
                            .orElse(false);
        }

        /** Of surplus, for {@link #unitMicros}. */
        public Plan.Price price() {
            UnitPrice unit = room.orElseThrow().price().perUnit();
            return new Plan.Price(unit.amount(), unit.currency().getCurrencyCode());
        }

        public long unitMicros() {
            return room.orElseThrow().price().unitQuantity().longValueExact();
        }

        public long creditLeftMicros() {
            return Math.max(0, boughtMicros - creditUsedMicros());
        }
    }

    public State state(Caller caller, UUID vpsId) {
        Vps vps = service.get(caller, vpsId);
        return new State(
                vps,
                packs.boughtMicros(vpsId),
                rooms.seen(vpsId),
                packs.of(vpsId),
                catalog.packs(vps.plan().versionId()),
                vps.gone() ? Optional.empty() : rooms.of(vpsId),
                caps.of(vpsId).map(Cap::monthly));
    }

    /**
     * From now on surplus may cost so much in a billing period. A lower one stops at what was used. The same again does nothing.
     *
     * @param monthly empty for no surplus
     */
    public State cap(Caller caller, UUID vpsId, Optional<BigDecimal> monthly) {
        tenancy.requireChange(caller, service.byId(vpsId).accountId(), "VPS");
        transactions.run(() -> {
            Vps vps = limit.locked(vpsId);
            if (vps.desiredState() == Vps.DesiredState.DELETED) {
                throw Problem.conflict("deleted", "This VPS is deleted or being deleted.");
            }
            Optional<Money> wanted = monthly.map(amount -> money(amount, vpsId));
            if (!wanted.equals(caps.of(vpsId).map(Cap::monthly))) {
                caps.end(vpsId);
                wanted.ifPresent(cap -> caps.begin(vpsId, vps.accountId(), cap, caller.subject()));
                limits.renew(vpsId);
                String said = wanted.map(cap -> "at most %s in a billing period".formatted(cap))
                        .orElse("none");
                audit.record(
                        caller,
                        Deed.of("vps.cpu-surplus", "vps", vpsId)
                                .account(vps.accountId())
                                .with(said));
            }
        });
        return state(caller, vpsId);
    }

    private Money money(BigDecimal amount, UUID vpsId) {
        Room room = rooms.of(vpsId)
                .orElseThrow(
                        () -> Problem.conflict("no-surplus", "The plan of this VPS has no price for CPU surplus."));
        Currency currency = room.price().perUnit().currency();
        boolean fits = amount.signum() > 0
                && amount.compareTo(MOST) <= 0
                && amount.stripTrailingZeros().scale() <= currency.getDefaultFractionDigits();
        if (!fits) {
            throw Problem.invalid(
                    "monthlyCap",
                    "must be above zero and at most %s %s, in whole %s".formatted(MOST, currency, "cents"));
        }
        return Money.rounded(amount, currency);
    }
}
