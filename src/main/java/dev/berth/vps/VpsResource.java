package dev.berth.vps;

import dev.berth.audit.AuditEvent;
import dev.berth.audit.AuditService;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.vps.VpsLife.PasswordReset;
import dev.berth.vps.VpsService.Action;
import dev.berth.vps.VpsService.Query;
import dev.berth.vps.VpsService.Sample;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** VPS for customers and resellers. */
@Path("/api/v1/vps")
@Tag(name = "vps")
@Authenticated
@RunOnVirtualThread
public class VpsResource {
    private static final Duration SHOWN = Duration.ofHours(1);
    private final Callers callers;
    private final VpsService service;
    private final AuditService audit;
    private final Idempotency idempotency;
    private final VpsLife life;
    private final InstantSource clock;

    VpsResource(
            Callers callers,
            VpsService service,
            VpsLife life,
            AuditService audit,
            Idempotency idempotency,
            InstantSource clock) {
        this.life = life;
        this.callers = callers;
        this.service = service;
        this.audit = audit;
        this.idempotency = idempotency;
        this.clock = clock;
    }

    @GET
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "VPS you may see, newest first")
    public Page<Vps> list(
            @QueryParam("account") Optional<UUID> account,
            @QueryParam("externalId") Optional<String> externalId,
            @QueryParam("withGone") Optional<Boolean> withGone,
            @QueryParam("limit") Optional<Integer> limit,
            @QueryParam("cursor") Optional<String> cursor) {
        return service.list(
                callers.current(), new Query(account, externalId, withGone.orElse(false)), Page.Ask.of(limit, cursor));
    }

    @GET
    @Path("/{id}")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "One VPS, with its ETag")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Vps.class)))
    public Response get(@PathParam("id") String id) {
        Vps vps = service.get(callers.current(), id(id));
        return Answers.tagged(vps, vps.version());
    }

    @GET
    @Path("/{id}/samples")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Points for graphs, of the last hour or since a time; never used for money")
    public List<Sample> samples(@PathParam("id") String id, @QueryParam("since") Optional<Instant> since) {
        return service.samples(
                callers.current(), id(id), since.orElseGet(() -> clock.instant().minus(SHOWN)));
    }

    @GET
    @Path("/{id}/operations")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "What was done to it, newest first")
    public List<Operation> operations(@PathParam("id") String id) {
        return service.operations(callers.current(), id(id));
    }

    @GET
    @Path("/{id}/audit-events")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "Who did what to it, newest first")
    public List<AuditEvent> activity(@PathParam("id") String id) {
        Vps vps = service.get(callers.current(), id(id));
        return audit.list(AuditService.Query.ALL.ofSubject(vps.id()), Page.MAX_LIMIT);
    }

    @POST
    @Path("/{id}/actions/{action}")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "start, stop, restart or delete it")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response act(
            @PathParam("id") String id,
            @PathParam("action") String action,
            @HeaderParam("Idempotency-Key") @Nullable String key) {
        Caller caller = callers.current();
        UUID vpsId = id(id);
        Action wanted = Action.named(action);
        Attempt attempt = new Attempt(caller, key, "vps/" + vpsId + "/actions/" + action, "");
        return Answers.of(idempotency.once(attempt, () -> {
            Operation operation = service.act(caller, vpsId, wanted);
            return Effect.accepted(operation.path(), operation);
        }));
    }

    @GET
    @Path("/{id}/ssh-keys")
    @org.eclipse.microprofile.openapi.annotations.Operation(summary = "Keys that root can log in with")
    public List<String> keys(@PathParam("id") String id) {
        return life.keys(callers.current(), id(id));
    }

    @GET
    @Path("/{id}/user-data")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "What its first boot was told; for its owner, not for staff")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = VpsLife.FirstBoot.class)))
    public Response userData(@PathParam("id") String id) {
        return Response.ok(life.firstBoot(callers.current(), id(id)))
                .header("Cache-Control", "no-store")
                .build();
    }

    @PATCH
    @Path("/{id}")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Change host name and SSH keys, live; If-Match names the version you have seen")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Operation.class)))
    public Response change(
            @PathParam("id") String id, @HeaderParam("If-Match") @Nullable String ifMatch, VpsLife.Settings body) {
        Operation operation = life.change(callers.current(), id(id), Answers.ifMatch(ifMatch), body);
        return Response.accepted(operation)
                .location(URI.create(operation.path()))
                .build();
    }

    @POST
    @Path("/{id}/password-resets")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "A new password for root; the answer tells it, and only the first answer does")
    @APIResponse(
            responseCode = "202",
            content = @Content(schema = @Schema(implementation = VpsLife.PasswordReset.class)))
    public Response resetPassword(@PathParam("id") String id, @HeaderParam("Idempotency-Key") @Nullable String key) {
        Caller caller = callers.current();
        UUID vpsId = id(id);
        Attempt attempt = new Attempt(caller, key, "vps/" + vpsId + "/password-resets", "");
        // Told from here and not from what is stored, so that no password is ever on a disk.
        AtomicReference<@Nullable PasswordReset> told = new AtomicReference<>();
        Idempotency.Answer stored = idempotency.once(attempt, () -> {
            PasswordReset reset = life.resetPassword(caller, vpsId);
            told.set(reset);
            return Effect.accepted(reset.operation().path(), reset.untold());
        });
        PasswordReset reset = told.get();
        return reset == null
                ? Answers.of(stored)
                : Response.accepted(reset)
                        .location(URI.create(reset.operation().path()))
                        .header("Cache-Control", "no-store")
                        .build();
    }

    private static UUID id(String text) {
        return Ids.parse("VPS", text);
    }
}
