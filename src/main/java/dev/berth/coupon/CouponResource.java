package dev.berth.coupon;

import dev.berth.coupon.Coupons.Redemption;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Coupons of an account. */
@Path("/api/v1/accounts/{id}/coupon-redemptions")
@Tag(name = "account")
@Authenticated
@RunOnVirtualThread
public class CouponResource {
    private final Callers callers;
    private final Coupons coupons;
    private final Idempotency idempotency;

    CouponResource(Callers callers, Coupons coupons, Idempotency idempotency) {
        this.callers = callers;
        this.coupons = coupons;
        this.idempotency = idempotency;
    }

    @GET
    @Operation(summary = "Coupons that the account has redeemed, newest first")
    public List<Redemption> list(@PathParam("id") String id) {
        return coupons.of(callers.current(), Ids.parse("account", id));
    }

    /** @param code as it is on the coupon; capitals do not matter */
    public record TypedCode(@Nullable String code) {}

    @POST
    @Operation(summary = "Redeem a coupon; it applies from the billing period under way on")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = Redemption.class)))
    public Response redeem(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, TypedCode body) {
        Caller caller = callers.current();
        UUID account = Ids.parse("account", id);
        Attempt attempt = new Attempt(caller, key, "accounts/" + account + "/coupon-redemptions", body);
        return Answers.of(idempotency.once(
                attempt,
                () -> Effect.created(
                        "/api/v1/accounts/" + account + "/coupon-redemptions",
                        coupons.redeem(caller, account, body.code()))));
    }
}
