package dev.berth.pages;

import dev.berth.network.AddressFamily;
import dev.berth.pages.FirewallText.Parsed;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.FirewallRuleset;
import dev.berth.vps.FirewallService;
import dev.berth.vps.FirewallService.Seen;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsAddresses;
import dev.berth.vps.VpsService;
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
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Network of one VPS: its addresses and its firewall. */
@Path("/vps/{id}/network")
@Authenticated
@RunOnVirtualThread
public class NetworkPages {
    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final FirewallService firewalls;
    private final VpsAddresses addresses;
    private final Once once;

    NetworkPages(
            Frame frame,
            Callers callers,
            VpsService service,
            FirewallService firewalls,
            VpsAddresses addresses,
            Once once) {
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.firewalls = firewalls;
        this.addresses = addresses;
        this.once = once;
    }

    /**
     * The form of the firewall as it is shown.
     *
     * @param faults what is wrong with what was typed
     */
    public record Editor(
            boolean enabled,
            boolean applied,
            String inbound,
            String outbound,
            String rules,
            long version,
            List<String> faults,
            String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance network(Vps vps, Editor editor, String refused);
    }

    @GET
    @Operation(hidden = true)
    public Response show(@PathParam("id") String id) {
        return frame.show(page(vps(id), ""), "home");
    }

    /** @param refused why an address was not given or taken back; empty where none was asked for */
    private TemplateInstance page(Vps vps, String refused) {
        Seen seen = firewalls.get(callers.current(), vps.id());
        FirewallRuleset ruleset = seen.ruleset();
        Editor editor = new Editor(
                ruleset.enabled(),
                ruleset.applied(),
                ruleset.inbound().name(),
                ruleset.outbound().name(),
                FirewallText.of(ruleset.rules()),
                seen.version(),
                List.of(),
                once.key());
        return Templates.network(vps, editor, refused);
    }

    @POST
    @Path("addresses")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response add(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Vps vps = vps(id);
        return changed(
                form,
                vps,
                "/addresses",
                () -> addresses
                        .add(caller(), vps.id(), AddressFamily.of(form.text("family")))
                        .id());
    }

    @POST
    @Path("addresses/remove")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response removeAddress(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Vps vps = vps(id);
        return changed(
                form,
                vps,
                "/addresses/remove",
                () -> addresses.remove(caller(), vps.id(), form.text("address")).id());
    }

    private Response changed(Form form, Vps vps, String action, Supplier<UUID> operation) {
        try {
            return once.go(form, "vps/" + vps.id() + action, () -> "/operations/" + operation.get());
        } catch (Problem problem) {
            return frame.show(page(vps, problem.detail()), "home", problem.status());
        }
    }

    private Vps vps(String id) {
        return service.get(callers.current(), Ids.parse("VPS", id));
    }

    @POST
    @Path("firewall")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response save(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Vps vps = vps(id);
        Parsed parsed = FirewallText.parse(form.text("rules"));
        if (!parsed.faults().isEmpty()) {
            return refused(vps, form, parsed.faults());
        }
        FirewallRuleset.Wanted wanted =
                new FirewallRuleset.Wanted(form.text("inbound"), form.text("outbound"), parsed.rules());
        try {
            return once.go(form, "vps/" + vps.id() + "/firewall", () -> {
                firewalls.put(caller(), vps.id(), Answers.ifMatch(form.text("version")), wanted);
                return path(vps);
            });
        } catch (Problem problem) {
            if (problem.faults().isEmpty()) {
                throw problem;
            }
            Stream<String> faults =
                    problem.faults().stream().map(fault -> "%s %s.".formatted(fault.field(), fault.message()));
            return refused(vps, form, faults.toList());
        }
    }

    private Response refused(Vps vps, Form form, List<String> faults) {
        Seen seen = firewalls.get(caller(), vps.id());
        Editor editor = new Editor(
                seen.ruleset().enabled(),
                seen.ruleset().applied(),
                form.text("inbound"),
                form.text("outbound"),
                form.text("rules"),
                seen.version(),
                faults,
                once.key());
        return frame.show(Templates.network(vps, editor, ""), "home", 422);
    }

    @POST
    @Path("firewall/remove")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response remove(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Form form = new Form(fields);
        Vps vps = vps(id);
        return once.go(form, "vps/" + vps.id() + "/firewall/remove", () -> {
            firewalls.remove(caller(), vps.id(), Answers.ifMatch(form.text("version")));
            return path(vps);
        });
    }

    private Caller caller() {
        return callers.current();
    }

    private static String path(Vps vps) {
        return "/vps/" + vps.id() + "/network";
    }
}
