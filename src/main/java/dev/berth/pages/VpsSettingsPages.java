package dev.berth.pages;

import dev.berth.contract.Boot.Feature;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsBoot;
import dev.berth.vps.VpsLife;
import dev.berth.vps.VpsLife.PasswordReset;
import dev.berth.vps.VpsLife.Settings;
import dev.berth.vps.VpsLife.Started;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the owner of a VPS can change in it: its name, its keys, root's password. */
@Path("/vps/{id}/settings")
@Authenticated
@RunOnVirtualThread
public class VpsSettingsPages {
    private final Frame frame;
    private final Callers callers;
    private final VpsService service;
    private final VpsLife life;
    private final VpsBoot boot;
    private final Once once;

    VpsSettingsPages(Frame frame, Callers callers, VpsService service, VpsLife life, VpsBoot boot, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.service = service;
        this.life = life;
        this.boot = boot;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance settings(
                Vps vps, Filled filled, List<Option> options, String userData, String key);

        static native TemplateInstance password(Vps vps, String password, UUID operation);
    }

    private Vps vps(String id) {
        return service.get(callers.current(), Ids.parse("VPS", id));
    }

    @GET
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response settings(@PathParam("id") String id) {
        Vps vps = vps(id);
        String keys = String.join("\n", life.keys(callers.current(), vps.id()));
        Started started = life.started(callers.current(), vps.id());
        Map<String, String> values = new HashMap<>(Map.of(
                "hostname",
                vps.hostname(),
                "sshKeys",
                keys,
                "startPriority",
                Long.toString(started.priority()),
                "version",
                Long.toString(vps.version())));
        started.features().forEach(feature -> values.put(field(feature), "on"));
        return frame.show(settings(vps, Filled.with(values)), "home");
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response change(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Caller caller = callers.current();
        Vps vps = vps(id);
        Form form = new Form(fields);
        List<@Nullable String> keys = new ArrayList<>(
                form.text("sshKeys").lines().filter(line -> !line.isBlank()).toList());
        try {
            return once.go(form, "vps/" + vps.id() + "/settings", () -> {
                Settings settings = new Settings(form.text("hostname"), keys, features(form), priority(form));
                return "/operations/"
                        + life.change(caller, vps.id(), version(form), settings).id();
            });
        } catch (Problem problem) {
            return frame.show(settings(vps, Filled.refused(form, problem)), "home", problem.status());
        }
    }

    private TemplateInstance settings(Vps vps, Filled filled) {
        String userData = life.shownUserData(callers.current(), vps).orElse("");
        return Templates.settings(vps, filled, options(), userData, once.key());
    }

    /** A feature that may be chosen; {@code field} is its box in the form. */
    public record Option(String field, String label) {}

    private List<Option> options() {
        return boot.allowed().stream()
                .map(feature -> new Option(field(feature), label(feature)))
                .toList();
    }

    private static String field(Feature feature) {
        return "feature-" + feature;
    }

    private static String label(Feature feature) {
        return switch (feature) {
            case NESTING -> "Nesting: containers inside";
            case FUSE -> "FUSE: file systems that programs provide, such as sshfs";
            case TUN -> "TUN: tunnels, such as WireGuard in user space and OpenVPN";
        };
    }

    private static List<@Nullable String> features(Form form) {
        List<@Nullable String> chosen = new ArrayList<>();
        for (Feature feature : Feature.values()) {
            if (!form.text(field(feature)).isEmpty()) {
                chosen.add(feature.name());
            }
        }
        return chosen;
    }

    private static long priority(Form form) {
        try {
            return Long.parseLong(form.text("startPriority"));
        } catch (NumberFormatException _) {
            throw Problem.invalid("startPriority", "must be a number from 0 to 100");
        }
    }

    private static long version(Form form) {
        return Answers.ifMatch(form.text("version"));
    }

    /** The password is in this answer and nowhere else: the same form sent again leads to the operation. */
    @POST
    @Path("password")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response resetPassword(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        Caller caller = callers.current();
        Vps vps = vps(id);
        AtomicReference<Optional<PasswordReset>> told = new AtomicReference<>(Optional.empty());
        Response sent = once.go(new Form(fields), "vps/" + vps.id() + "/password", () -> {
            PasswordReset reset = life.resetPassword(caller, vps.id());
            told.set(Optional.of(reset));
            return "/operations/" + reset.operation().id();
        });
        return told.get()
                .map(reset -> frame.show(
                        Templates.password(
                                vps,
                                reset.password().orElseThrow(),
                                reset.operation().id()),
                        "home"))
                .orElse(sent);
    }
}
