package dev.berth.pages;

import dev.berth.coupon.Coupon;
import dev.berth.coupon.CouponDesk;
import dev.berth.coupon.CouponDesk.NewCoupon;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Problem;
import dev.berth.platform.Role;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Staff: coupons, made and ended. */
@Path("/staff/coupons")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class StaffCouponPages {
    private final Frame frame;
    private final Callers callers;
    private final CouponDesk desk;
    private final Once once;

    StaffCouponPages(Frame frame, Callers callers, CouponDesk desk, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.desk = desk;
        this.once = once;
    }

    /** @param mayChange whether the reader may make and end coupons */
    public record CouponSheet(Filled filled, String key, boolean mayChange) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance coupons(List<Coupon> coupons, CouponSheet sheet);
    }

    @GET
    @Operation(hidden = true)
    public Response coupons() {
        return show(Filled.EMPTY, 200);
    }

    private Response show(Filled filled, int status) {
        boolean admin = callers.current().has(Role.ADMIN);
        return frame.show(Templates.coupons(desk.all(), new CouponSheet(filled, once.key(), admin)), "bills", status);
    }

    @POST
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response create(MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Caller caller = callers.current();
        try {
            NewCoupon coupon = coupon(form);
            return once.go(form, "coupons", () -> {
                desk.create(caller, coupon);
                return "/staff/coupons";
            });
        } catch (Problem problem) {
            return show(Filled.refused(form, problem), problem.status());
        }
    }

    private static NewCoupon coupon(Form form) {
        InputFaults faults = new InputFaults();
        Optional<BigDecimal> percent = number(faults, form, "percent", BigDecimal::new);
        NewCoupon coupon = new NewCoupon(
                form.text("code"),
                form.text("label"),
                percent.map(value -> points(faults, value)).orElse(null),
                number(faults, form, "amount", BigDecimal::new).orElse(null),
                number(faults, form, "periods", Integer::valueOf).orElse(null),
                words(form.text("plans")),
                words(form.text("addOns")),
                !form.text("newAccounts").isEmpty(),
                null,
                form.text("validTo"),
                number(faults, form, "maxRedemptions", Integer::valueOf).orElse(null));
        faults.throwIfAny();
        return coupon;
    }

    private static int points(InputFaults faults, BigDecimal percent) {
        BigDecimal points = percent.movePointRight(2);
        boolean fits = points.stripTrailingZeros().scale() <= 0
                && points.signum() > 0
                && points.compareTo(BigDecimal.valueOf(10_000)) <= 0;
        return faults.check(fits, "percent", "must be from 0.01 to 100, with two decimals")
                ? points.intValueExact()
                : 1;
    }

    private static <T> Optional<T> number(InputFaults faults, Form form, String field, Function<String, T> parse) {
        String text = form.text(field);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(text));
        } catch (NumberFormatException e) {
            faults.add(field, "is no number");
            return Optional.empty();
        }
    }

    private static List<@Nullable String> words(String text) {
        List<@Nullable String> words = new ArrayList<>();
        for (String word : text.split("[ ,]+", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    @POST
    @Path("{code}/end")
    @RolesAllowed("admin")
    @Operation(hidden = true)
    public Response end(@PathParam("code") String code, MultivaluedMap<String, String> fields) {
        Caller caller = callers.current();
        return once.go(new Form(fields), "coupons/" + code + "/end", () -> {
            desk.end(caller, code);
            return "/staff/coupons";
        });
    }
}
