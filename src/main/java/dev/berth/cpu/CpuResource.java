package dev.berth.cpu;

import dev.berth.catalog.AddOn;
import dev.berth.invoice.SurplusRoom.Seen;
import dev.berth.order.CpuPackSales;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.units.Amount;
import dev.berth.vps.CpuPacks.Purchase;
import dev.berth.vps.Operation;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** CPU time beyond a VPS' bank. */
@Path("/api/v1/vps/{id}")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class CpuResource {
    private final Callers callers;
    private final CpuSurplus surplus;
    private final CpuPackSales sales;
    private final Idempotency idempotency;

    CpuResource(Callers callers, CpuSurplus surplus, CpuPackSales sales, Idempotency idempotency) {
        this.callers = callers;
        this.surplus = surplus;
        this.sales = sales;
        this.idempotency = idempotency;
    }

    /**
     * In CPU-microseconds since the VPS was made.
     *
     * @param measuredAt when what was used was read last; empty before the first reading
     * @param purchases the newest 200, the newest first
     */
    public record Credit(
            long boughtMicros,
            long usedMicros,
            long leftMicros,
            Optional<Instant> measuredAt,
            List<Purchase> purchases,
            List<AddOn> packs) {
        static Credit of(CpuSurplus.State state) {
            return new Credit(
                    state.boughtMicros(),
                    state.creditUsedMicros(),
                    state.creditLeftMicros(),
                    state.seen().map(Seen::at),
                    state.purchases(),
                    state.forSale());
        }
    }

    @GET
    @Path("cpu-credit")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Bought CPU credit: what is left, and the purchases")
    public Credit credit(@PathParam("id") String id) {
        return Credit.of(surplus.state(callers.current(), Ids.parse("VPS", id)));
    }

    /**
     * @param addOn slug of a pack for sale
     * @param units how many of it; 1 where it is missing
     */
    public record Bought(@Nullable String addOn, @Nullable Integer units) {}

    @POST
    @Path("cpu-credit")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Buy packs of CPU credit; what is not used when the VPS is deleted lapses")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response buy(@PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key, Bought body) {
        Caller caller = callers.current();
        UUID vps = Ids.parse("VPS", id);
        return Answers.of(idempotency.once(new Attempt(caller, key, "vps/" + vps + "/cpu-credit", body), () -> {
            Integer units = body.units();
            Operation operation = sales.buy(caller, vps, body.addOn(), units == null ? 1 : units);
            return Effect.accepted(operation.path(), operation);
        }));
    }

    /**
     * @param available whether its plan has a price of surplus
     * @param monthlyCap what it may cost in a billing period; empty: there is none
     * @param price of {@code unitMicros} CPU-microseconds, a decimal text
     * @param charged in the billing period under way so far, without tax
     * @param usedMicros in CPU-microseconds since the VPS was made
     */
    public record Surplus(
            boolean available,
            Optional<Amount> monthlyCap,
            Optional<Amount> price,
            Optional<Long> unitMicros,
            Optional<Amount> charged,
            Optional<Instant> periodEnd,
            long usedMicros,
            Optional<Instant> measuredAt) {
        static Surplus of(CpuSurplus.State state) {
            return new Surplus(
                    state.room().isPresent(),
                    state.cap().map(Amount::of),
                    state.room()
                            .map(room -> room.price().perUnit())
                            .map(unit -> new Amount(
                                    unit.amount().toPlainString(),
                                    unit.currency().getCurrencyCode())),
                    state.room().map(room -> room.price().unitQuantity().longValueExact()),
                    state.room().map(room -> Amount.of(room.charged())),
                    state.room().map(room -> room.period().to()),
                    state.seen().map(Seen::surplusMicros).orElse(0L),
                    state.seen().map(Seen::at));
        }
    }

    @GET
    @Path("cpu-surplus")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "CPU surplus: its price, its cap, and what it costs so far")
    public Surplus get(@PathParam("id") String id) {
        return Surplus.of(surplus.state(callers.current(), Ids.parse("VPS", id)));
    }

    /** @param monthlyCap what surplus may cost in a billing period, in the plan's currency; null: there is none */
    public record WantedCap(@Nullable BigDecimal monthlyCap) {}

    @PUT
    @Path("cpu-surplus")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Set what CPU surplus may cost in a billing period; a lower one stops at what was used")
    public Surplus put(@PathParam("id") String id, @Nullable WantedCap body) {
        if (body == null) {
            throw Problem.invalid("monthlyCap", "is missing");
        }
        return Surplus.of(surplus.cap(callers.current(), Ids.parse("VPS", id), Optional.ofNullable(body.monthlyCap())));
    }
}
