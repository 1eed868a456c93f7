package dev.berth.pages;

import dev.berth.cpu.CpuSurplus;
import dev.berth.cpu.CpuSurplus.State;
import dev.berth.order.CpuPackSales;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** CPU time beyond a VPS' bank: what is left of it, what it costs, and the two forms. */
@Path("/vps/{id}/cpu")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class CpuPages {
    private final Frame frame;
    private final Callers callers;
    private final CpuSurplus surplus;
    private final CpuPackSales sales;
    private final Once once;

    CpuPages(Frame frame, Callers callers, CpuSurplus surplus, CpuPackSales sales, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.surplus = surplus;
        this.sales = sales;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance page(State state, Filled filled, String key);
    }

    private static UUID id(String text) {
        return Ids.parse("VPS", text);
    }

    private TemplateInstance page(UUID vps, Filled filled) {
        return Templates.page(surplus.state(callers.current(), vps), filled, once.key());
    }

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("id") String id) {
        State state = surplus.state(callers.current(), id(id));
        Filled filled = Filled.with(Map.of("monthlyCap", state.capText()));
        return frame.show(Templates.page(state, filled, once.key()), "home");
    }

    @POST
    @Path("credit")
    @Operation(hidden = true)
    public Response buy(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID vps = id(id);
        Form form = new Form(fields);
        String units = form.text("units");
        int wanted = units.matches("[0-9]{1,4}") ? Integer.parseInt(units) : -1;
        return sent(
                vps,
                form,
                "credit",
                () -> "/operations/"
                        + sales.buy(callers.current(), vps, form.text("addOn"), wanted)
                                .id());
    }

    @POST
    @Path("surplus")
    @Operation(hidden = true)
    public Response cap(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID vps = id(id);
        Form form = new Form(fields);
        return sent(vps, form, "surplus", () -> {
            surplus.cap(callers.current(), vps, amount(form.text("monthlyCap")));
            return "/vps/" + vps + "/cpu";
        });
    }

    private static Optional<BigDecimal> amount(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        if (!text.matches("[0-9]{1,9}([.][0-9]{1,4})?")) {
            throw Problem.invalid("monthlyCap", "must be an amount such as 5.00");
        }
        return Optional.of(new BigDecimal(text));
    }

    private Response sent(UUID vps, Form form, String what, Supplier<String> work) {
        try {
            return once.go(form, "vps/" + vps + "/cpu/" + what, work);
        } catch (Problem problem) {
            return frame.show(page(vps, Filled.refused(form, problem)), "home", problem.status());
        }
    }
}
