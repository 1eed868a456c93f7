package dev.berth.order;

import dev.berth.order.OrderService.NewOrder;
import dev.berth.order.OrderService.Order;
import dev.berth.order.OrderService.Placed;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Orders. */
@Path("/api/v1/orders")
@Tag(name = "order")
@Authenticated
@RunOnVirtualThread
public class OrderResource {
    private final Callers callers;
    private final OrderService orders;
    private final Idempotency idempotency;

    OrderResource(Callers callers, OrderService orders, Idempotency idempotency) {
        this.callers = callers;
        this.orders = orders;
        this.idempotency = idempotency;
    }

    @POST
    @Operation(
            summary = "Order a VPS",
            description = "Everything is reserved in one step; the operation in the answer ends when the VPS runs."
                    + " The Location is that operation.")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Placed.class)))
    public Response place(@HeaderParam("Idempotency-Key") @Nullable String key, NewOrder body) {
        Caller caller = callers.current();
        return Answers.of(idempotency.once(new Attempt(caller, key, "orders", body), () -> {
            Placed placed = orders.place(caller, body);
            return Effect.accepted(placed.operation().path(), placed);
        }));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One order")
    public Order get(@PathParam("id") String id) {
        return orders.get(callers.current(), Ids.parse("order", id));
    }
}
