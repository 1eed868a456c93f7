package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.catalog.CatalogService;
import dev.berth.catalog.Plan;
import dev.berth.contract.Patterns;
import dev.berth.contract.UserData;
import dev.berth.coupon.Coupon;
import dev.berth.coupon.Coupons;
import dev.berth.fleet.Image;
import dev.berth.fleet.ImageService;
import dev.berth.order.OrderService;
import dev.berth.order.OrderService.NewOrder;
import dev.berth.order.PaymentCheck;
import dev.berth.order.PaymentMethod;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Answer;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.SshKey;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Buying a VPS: choose, check, confirm. Nothing is stored before the confirmation. */
@Path("/order")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class OrderPages {
    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final CatalogService catalog;
    private final ImageService images;
    private final OrderService orders;
    private final PaymentCheck payment;
    private final Coupons coupons;
    private final Idempotency idempotency;
    private final InstantSource clock;

    OrderPages(
            Frame frame,
            Callers callers,
            AccountService accounts,
            CatalogService catalog,
            ImageService images,
            OrderService orders,
            PaymentCheck payment,
            Coupons coupons,
            Idempotency idempotency,
            InstantSource clock) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.catalog = catalog;
        this.images = images;
        this.orders = orders;
        this.payment = payment;
        this.coupons = coupons;
        this.idempotency = idempotency;
        this.clock = clock;
    }

    /** What the form holds, as it was typed. */
    public record Typed(
            String plan,
            String image,
            String hostname,
            String sshKey,
            String payment,
            String userData,
            String coupon,
            String key) {
        static Typed of(Form form) {
            return new Typed(
                    form.text("plan"),
                    form.text("image"),
                    form.text("hostname").toLowerCase(Locale.ROOT),
                    form.text("sshKey"),
                    form.text("payment"),
                    // browsers end lines as DOS did, which no script's first line survives
                    form.text("userData").replace("\r\n", "\n"),
                    form.text("coupon"),
                    form.text("key"));
        }

        @Override
        public String toString() {
            return "Typed[plan=%s, image=%s, hostname=%s]".formatted(plan, image, hostname);
        }

        NewOrder order() {
            return new NewOrder(null, plan, image, hostname, List.of(sshKey), null, payment, userData, coupon);
        }
    }

    /** What is confirmed. */
    public record Summary(Plan plan, Image image, Account account, boolean invoice, String coupon) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance form(
                List<Plan> plans, List<Image> images, Typed typed, Map<String, String> faults, boolean mayPayLater);

        static native TemplateInstance summary(Summary summary, Typed typed, String refusal);
    }

    @GET
    @Operation(hidden = true)
    public Response form(@QueryParam("plan") Optional<String> plan) {
        Account account = accounts.ensureFor(callers.current());
        List<Plan> plans = catalog.listedFor(account.id());
        String chosen =
                plan.or(() -> plans.stream().findFirst().map(Plan::slug)).orElse("");
        String image = images.available().stream().findFirst().map(Image::name).orElse("");
        String method = account.mayPayByInvoice() ? "INVOICE" : "CREDIT";
        return form(account, new Typed(chosen, image, "", "", method, "", "", ""), Map.of(), 200);
    }

    private Response form(Account account, Typed typed, Map<String, String> faults, int status) {
        return frame.show(
                Templates.form(
                        catalog.listedFor(account.id()), images.available(), typed, faults, account.mayPayByInvoice()),
                "order",
                status);
    }

    /** Shows what would be bought, at its exact price; "change" leads back to the form with everything kept. */
    @POST
    @Path("review")
    @Operation(hidden = true)
    public Response review(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Typed typed = Typed.of(form);
        Account account = accounts.ensureFor(callers.current());
        Map<String, String> faults = faults(account, typed);
        if (!faults.isEmpty() || !form.text("change").isEmpty()) {
            return form(account, typed, faults, faults.isEmpty() ? 200 : 422);
        }
        Typed keyed = new Typed(
                typed.plan(),
                typed.image(),
                typed.hostname(),
                typed.sshKey(),
                typed.payment(),
                typed.userData(),
                typed.coupon(),
                Ids.next(clock).toString());
        return summary(account, keyed, "", 200);
    }

    private Response summary(Account account, Typed typed, String refused, int status) {
        Plan plan = catalog.bySlug(typed.plan(), account.id()).orElseThrow(() -> Problem.notFound("plan"));
        Image image = image(typed.image()).orElseThrow(() -> Problem.notFound("image"));
        PaymentMethod method = method(typed);
        String refusal =
                refused.isEmpty() ? payment.refusal(account, plan, method).orElse("") : refused;
        Summary summary = new Summary(plan, image, account, method == PaymentMethod.INVOICE, couponLabel(typed));
        return frame.show(Templates.summary(summary, typed, refusal), "order", status);
    }

    private String couponLabel(Typed typed) {
        return coupons.valid(typed.coupon()).map(Coupon::label).orElse("");
    }

    private static PaymentMethod method(Typed typed) {
        return typed.payment().equals("INVOICE") ? PaymentMethod.INVOICE : PaymentMethod.CREDIT;
    }

    private Optional<Image> image(String name) {
        return images.available().stream().filter(i -> i.name().equals(name)).findFirst();
    }

    private Map<String, String> faults(Account account, Typed typed) {
        Map<String, String> faults = new TreeMap<>();
        if (catalog.bySlug(typed.plan(), account.id()).isEmpty()) {
            faults.put("plan", "Choose a plan.");
        }
        if (image(typed.image()).isEmpty()) {
            String why = images.named(typed.image())
                    .flatMap(images::refusal)
                    .map(text -> "Your choice " + text + ".")
                    .orElse("Choose an image.");
            faults.put("image", why);
        }
        if (!Patterns.HOSTNAME.matcher(typed.hostname()).matches()) {
            faults.put("hostname", "A host name has letters, digits and hyphens, and at most 63 of them.");
        }
        SshKey.Parsed parsed = SshKey.parse(typed.sshKey());
        if (parsed.key().isEmpty()) {
            faults.put("sshKey", "This key " + parsed.fault() + ".");
        }
        if (!typed.userData().isEmpty()) {
            UserData.fault(typed.userData()).ifPresent(fault -> faults.put("userData", "This text " + fault + "."));
        }
        if (!typed.coupon().isEmpty() && coupons.valid(typed.coupon()).isEmpty()) {
            faults.put("coupon", "There is no coupon with this code that can be redeemed now.");
        }
        return faults;
    }

    @POST
    @Operation(hidden = true)
    public Response place(MultivaluedMap<String, String> fields) {
        Caller caller = callers.current();
        Typed typed = Typed.of(new Form(fields));
        NewOrder order = typed.order();
        try {
            Answer answer = idempotency.once(new Attempt(caller, typed.key(), "orders", order), () -> {
                OrderService.Placed placed = orders.place(caller, order);
                return Effect.accepted("/operations/" + placed.operation().id(), placed);
            });
            return Frame.go(answer.location().orElse("/home"));
        } catch (Problem problem) {
            return refused(accounts.ensureFor(caller), typed, problem);
        }
    }

    private Response refused(Account account, Typed typed, Problem problem) {
        Map<String, String> faults = faults(account, typed);
        if (!faults.isEmpty()) {
            return form(account, typed, faults, 422);
        }
        return summary(account, typed, problem.detail(), problem.status());
    }
}
