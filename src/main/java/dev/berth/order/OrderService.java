package dev.berth.order;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.account.Tenancy;
import dev.berth.audit.AuditService;
import dev.berth.audit.AuditService.Deed;
import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import dev.berth.contract.UserData;
import dev.berth.coupon.Coupons;
import dev.berth.fleet.Image;
import dev.berth.fleet.ImageService;
import dev.berth.fleet.Node.Resources;
import dev.berth.fleet.NodeService.Need;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.Ids;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation;
import dev.berth.vps.VpsIdentity;
import dev.berth.vps.VpsMaker;
import dev.berth.vps.VpsMaker.NewVps;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes orders. */
@ApplicationScoped
public class OrderService {
    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final AccountService accounts;
    private final CatalogService catalog;
    private final ImageService images;
    private final VpsMaker maker;
    private final PaymentCheck payment;
    private final Coupons coupons;
    private final AuditService audit;
    private final InstantSource clock;

    OrderService(
            Database database,
            Transactions transactions,
            Tenancy tenancy,
            AccountService accounts,
            CatalogService catalog,
            ImageService images,
            VpsMaker maker,
            PaymentCheck payment,
            Coupons coupons,
            AuditService audit,
            InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.accounts = accounts;
        this.catalog = catalog;
        this.images = images;
        this.maker = maker;
        this.payment = payment;
        this.coupons = coupons;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What is ordered, as it came from outside.
     *
     * @param accountId whose VPS it will be; the caller's own account where it is missing
     * @param plan slug of a listed plan
     * @param imageId id or name of an image
     * @param paymentMethod CREDIT or INVOICE; CREDIT where it is missing
     * @param userData what its first boot is told, for images with cloud-init: a text of at most 16 KiB
     * @param coupon code that is redeemed with it
     */
    public record NewOrder(
            @Nullable String accountId,
            @Nullable String plan,
            @Nullable String imageId,
            @Nullable String hostname,
            @Nullable List<@Nullable String> sshKeys,
            @Nullable String externalId,
            @Nullable String paymentMethod,
            @Nullable String userData,
            @Nullable String coupon) {
        /** Without what may hold secrets. */
        @Override
        public String toString() {
            return "NewOrder[plan=%s, imageId=%s, hostname=%s]".formatted(plan, imageId, hostname);
        }
    }

    /** An order that was taken, and the operation that makes its VPS. */
    public record Placed(UUID orderId, UUID vpsId, UUID accountId, Operation operation) {}

    private record Checked(
            Account account,
            Plan plan,
            Image image,
            String hostname,
            List<String> sshKeys,
            Optional<String> externalId,
            PaymentMethod method,
            Optional<UserData> userData,
            Optional<String> coupon) {}

    /** All or nothing: capacity, address, VPS, subscription, order, operation and trail in one transaction. */
    public Placed place(Caller caller, NewOrder input) {
        return transactions.run(() -> store(caller, check(caller, input)));
    }

    private Checked check(Caller caller, NewOrder input) {
        Account account = account(caller, input.accountId());
        InputFaults faults = new InputFaults();
        Optional<Plan> plan = catalog.bySlug(input.plan() == null ? "" : input.plan(), account.id());
        faults.check(plan.isPresent(), "plan", "names no plan that is for sale");
        Optional<Image> image =
                images.named(input.imageId() == null ? "" : input.imageId().trim());
        faults.check(image.isPresent(), "imageId", "names no image that can be ordered");
        image.flatMap(images::refusal).ifPresent(why -> faults.add("imageId", why));
        String hostname = VpsIdentity.hostname(faults, input.hostname());
        List<String> keys = VpsIdentity.keys(faults, input.sshKeys());
        String externalId = faults.optionalText("externalId", input.externalId(), 64);
        Optional<PaymentMethod> method = input.paymentMethod() == null
                ? Optional.of(PaymentMethod.CREDIT)
                : PaymentMethod.named(input.paymentMethod());
        faults.check(method.isPresent(), "paymentMethod", "must be CREDIT or INVOICE");
        Optional<UserData> userData = VpsIdentity.userData(faults, input.userData());
        String coupon = faults.optionalText("coupon", input.coupon(), 40);
        faults.check(
                coupon.isEmpty() || coupons.valid(coupon).isPresent(),
                "coupon",
                "is of no coupon that can be redeemed now");
        faults.throwIfAny();
        if (account.state() != Account.State.ACTIVE) {
            throw Problem.conflict("account-closed", "This account is closed.");
        }
        return new Checked(
                account,
                plan.orElseThrow(),
                image.orElseThrow(),
                hostname,
                keys,
                Optional.of(externalId).filter(id -> !id.isEmpty()),
                method.orElseThrow(),
                userData,
                Optional.of(coupon).filter(code -> !code.isEmpty()));
    }

    private Account account(Caller caller, @Nullable String accountId) {
        if (accountId == null || accountId.isBlank()) {
            return accounts.ensureFor(caller);
        }
        UUID id = Ids.parse("account", accountId.trim());
        tenancy.requireChange(caller, id, "account");
        return accounts.byId(id);
    }

    private Placed store(Caller caller, Checked order) {
        payment.refusal(order.account(), order.plan(), order.method()).ifPresent(why -> {
            throw Problem.of(402, "payment-refused", why);
        });
        order.coupon().ifPresent(code -> coupons.redeem(caller, order.account().id(), code));
        Plan plan = order.plan();
        Resources resources = new Resources(
                plan.limits().cpuBaselineMilli(),
                plan.limits().memoryBytes(),
                plan.limits().diskBytes(),
                plan.limits().netReservedBits().orElse(0L));
        NewVps wanted = new NewVps(
                order.account().id(),
                plan.versionId(),
                order.image().id(),
                order.hostname(),
                order.externalId(),
                order.sshKeys(),
                order.userData(),
                new Need(resources, plan.limits().diskInodes().isPresent()));
        Operation operation = maker.make(caller, wanted);
        UUID orderId = Ids.next(clock);
        database.update(
                "INSERT INTO vps_order (id, account_id, vps_id, plan_version_id, payment_method, ordered_by, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                orderId,
                order.account().id(),
                operation.vpsId(),
                plan.versionId(),
                order.method(),
                caller.subject(),
                clock.instant());
        audit.record(
                caller,
                Deed.of("vps.order", "vps", operation.vpsId())
                        .account(order.account().id())
                        .with("plan %s, image %s, host name %s, paid by %s"
                                .formatted(plan.slug(), order.image().name(), order.hostname(), order.method())));
        return new Placed(orderId, operation.vpsId(), order.account().id(), operation);
    }

    /** An order as it was taken. */
    public record Order(
            UUID id,
            UUID accountId,
            UUID vpsId,
            UUID planVersionId,
            PaymentMethod paymentMethod,
            String orderedBy,
            Instant createdAt) {}

    public Order get(Caller caller, UUID id) {
        Order order = database.one(
                        "SELECT id, account_id, vps_id, plan_version_id, payment_method, ordered_by, created_at"
                                + " FROM vps_order WHERE id = ?",
                        row -> new Order(
                                row.uuid("id"),
                                row.uuid("account_id"),
                                row.uuid("vps_id"),
                                row.uuid("plan_version_id"),
                                row.constant("payment_method", PaymentMethod.class),
                                row.text("ordered_by"),
                                row.instant("created_at")),
                        id)
                .orElseThrow(() -> Problem.notFound("order"));
        tenancy.requireSee(caller, order.accountId(), "order");
        return order;
    }
}
