package dev.berth.coupon;

import dev.berth.coupon.CouponDesk.NewCoupon;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Coupons for staff. */
@Path("/api/admin/v1/coupons")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class CouponAdminResource {
    private static final String SELF = "/api/admin/v1/coupons/";

    private final Callers callers;
    private final CouponDesk desk;
    private final Idempotency idempotency;

    CouponAdminResource(Callers callers, CouponDesk desk, Idempotency idempotency) {
        this.callers = callers;
        this.desk = desk;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "Coupons, newest first")
    public List<Coupon> list() {
        return desk.all();
    }

    @GET
    @Path("/{code}")
    @Operation(summary = "One coupon, with how often it was redeemed")
    public Coupon get(@PathParam("code") String code) {
        return desk.get(code);
    }

    @POST
    @RolesAllowed("admin")
    @Operation(summary = "Make a coupon; what it says never changes")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = Coupon.class)))
    public Response create(@HeaderParam("Idempotency-Key") @Nullable String key, NewCoupon body) {
        Caller caller = callers.current();
        return Answers.of(idempotency.created(
                new Attempt(caller, key, "coupons", body),
                () -> desk.create(caller, body),
                made -> SELF + made.code()));
    }

    @DELETE
    @Path("/{code}")
    @RolesAllowed("admin")
    @Operation(summary = "Nobody redeems it from now on; who has keeps it")
    public Coupon end(@PathParam("code") String code) {
        return desk.end(callers.current(), code);
    }
}
