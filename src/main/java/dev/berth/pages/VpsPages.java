package dev.berth.pages;

import dev.berth.audit.AuditEvent;
import dev.berth.audit.AuditService;
import dev.berth.console.ConsoleTickets;
import dev.berth.console.ConsoleTickets.Open;
import dev.berth.fleet.ImageService;
import dev.berth.invoice.BillingService;
import dev.berth.invoice.Simulator;
import dev.berth.invoice.Simulator.Expected;
import dev.berth.invoice.VpsUsage;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.Operation;
import dev.berth.vps.Pressures;
import dev.berth.vps.Pressures.Pressure;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsService;
import dev.berth.vps.VpsService.Action;
import dev.berth.vps.VpsService.Sample;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One VPS: its state and actions, graphs, usage and activity. Each tab is a page of its own. */
@Path("/vps/{id}")
@Authenticated
@RunOnVirtualThread
public class VpsPages {
    private static final Duration SHOWN = Duration.ofHours(1);
    private static final int EVENTS = 100;
    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final Pressures pressures;
    private final ConsoleTickets consoles;
    private final BillingService billing;
    private final Simulator simulator;
    private final ImageService images;
    private final AuditService audit;
    private final NameBook names;
    private final Once once;
    private final InstantSource clock;

    VpsPages(
            Frame frame,
            Callers callers,
            VpsService service,
            Pressures pressures,
            ConsoleTickets consoles,
            BillingService billing,
            Simulator simulator,
            ImageService images,
            AuditService audit,
            NameBook names,
            Once once,
            InstantSource clock) {
        this.names = names;
        this.once = once;
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.pressures = pressures;
        this.consoles = consoles;
        this.billing = billing;
        this.simulator = simulator;
        this.images = images;
        this.audit = audit;
        this.clock = clock;
    }

    /** What the node measured last; {@code key} makes the buttons safe to press twice. */
    public record Now(
            Vps vps,
            VpsState state,
            Optional<Sample> sample,
            Optional<Operation> operation,
            Optional<Pressure> pressure,
            List<Open> staffConsoles,
            String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance overview(Vps vps, Now now, Optional<Ageing> ageing, String reinstall);

        static native TemplateInstance live(Now now);

        static native TemplateInstance graphs(Vps vps);

        static native TemplateInstance usage(Vps vps, VpsUsage usage, Expected expected);

        static native TemplateInstance activity(
                Vps vps, List<Operation> operations, List<AuditEvent> events, Names names);

        static native TemplateInstance delete(Vps vps, Filled filled, String key);
    }

    @GET
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response overview(@PathParam("id") String id) {
        Vps vps = vps(id);
        String reinstall = "/vps/" + vps.id() + "/reinstall";
        return frame.show(Templates.overview(vps, now(vps), ageing(vps), reinstall), "home");
    }

    private Optional<Ageing> ageing(Vps vps) {
        return vps.deletedAt().isPresent() ? Optional.empty() : Ageing.of(vps.image(), images);
    }

    @GET
    @Path("live")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response live(@PathParam("id") String id) {
        return frame.part(Templates.live(now(vps(id))));
    }

    private Now now(Vps vps) {
        Caller caller = callers.current();
        List<Sample> samples = service.samples(caller, vps.id(), clock.instant().minus(Duration.ofMinutes(5)));
        Optional<Operation> latest =
                service.operations(caller, vps.id()).stream().findFirst();
        return new Now(
                vps,
                VpsState.of(vps),
                samples.isEmpty() ? Optional.empty() : Optional.of(samples.getLast()),
                latest.filter(o -> !o.ended()),
                pressures.find(vps.id()).filter(Pressure::any),
                consoles.open(vps.id()).stream()
                        .filter(open -> open.reason().isPresent())
                        .toList(),
                once.key());
    }

    private Vps vps(String id) {
        return service.get(callers.current(), Ids.parse("VPS", id));
    }

    @GET
    @Path("graphs")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response graphs(@PathParam("id") String id) {
        return frame.show(Templates.graphs(vps(id)), "home");
    }

    @GET
    @Path("samples")
    @Produces(MediaType.APPLICATION_JSON)
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public List<Sample> samples(@PathParam("id") String id) {
        return service.samples(callers.current(), vps(id).id(), clock.instant().minus(SHOWN));
    }

    @GET
    @Path("usage")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response usage(@PathParam("id") String id) {
        Vps vps = vps(id);
        Caller caller = callers.current();
        VpsUsage usage = billing.usage(caller, vps.id());
        return frame.show(Templates.usage(vps, usage, simulator.forecast(caller, vps.id())), "home");
    }

    @GET
    @Path("activity")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response activity(@PathParam("id") String id) {
        Caller caller = callers.current();
        Vps vps = vps(id);
        List<Operation> operations = service.operations(caller, vps.id());
        List<AuditEvent> events = audit.list(AuditService.Query.ALL.ofSubject(vps.id()), EVENTS);
        Names known = names.of(Stream.concat(
                operations.stream().map(Operation::cause), events.stream().map(AuditEvent::actor)));
        return frame.show(Templates.activity(vps, operations, events, known), "home");
    }

    @POST
    @Path("actions/{action}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response act(
            @PathParam("id") String id, @PathParam("action") String action, MultivaluedMap<String, String> fields) {
        Action wanted = Action.named(action);
        if (wanted == Action.DELETE) {
            throw Problem.notFound("action");
        }
        return act(new Form(fields), vps(id), wanted);
    }

    private Response act(Form form, Vps vps, Action action) {
        String what = "vps/" + vps.id() + "/" + Show.words(action);
        return once.go(
                form,
                what,
                () -> "/operations/"
                        + service.act(callers.current(), vps.id(), action).id());
    }

    @GET
    @Path("delete")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response askDelete(@PathParam("id") String id) {
        return frame.show(Templates.delete(vps(id), Filled.EMPTY, once.key()), "home");
    }

    /** Needs the name to be typed, because nothing brings the data back. */
    @POST
    @Path("delete")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response delete(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Vps vps = vps(id);
        Form form = new Form(fields);
        if (!form.text("name").equals(vps.hostname())) {
            Filled refused = Filled.refused(form, Problem.invalid("name", "is not its name"));
            return frame.show(Templates.delete(vps, refused, once.key()), "home", 422);
        }
        return act(form, vps, Action.DELETE);
    }
}
