package dev.berth.pages;

import dev.berth.account.Account;
import dev.berth.account.AccountService;
import dev.berth.dunning.DunningDesk;
import dev.berth.dunning.DunningDesk.Answer;
import dev.berth.dunning.DunningDesk.Asked;
import dev.berth.dunning.DunningDesk.CaseLine;
import dev.berth.dunning.DunningDesk.Query;
import dev.berth.dunning.DunningDesk.Stop;
import dev.berth.dunning.DunningService;
import dev.berth.dunning.DunningService.Hold;
import dev.berth.dunning.DunningView;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Page;
import dev.berth.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: where a run stopped to ask, what comes this week, and every account's case. */
@Path("/staff/suspensions")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffDunningPages {
    private static final int LISTED = 100;
    private static final Duration WEEK = Duration.ofDays(7);

    private final Frame frame;
    private final Callers callers;
    private final AccountService accounts;
    private final DunningDesk desk;
    private final DunningService dunning;
    private final NameBook names;
    private final Once once;
    private final InstantSource clock;

    StaffDunningPages(
            Frame frame,
            Callers callers,
            AccountService accounts,
            DunningDesk desk,
            DunningService dunning,
            NameBook names,
            Once once,
            InstantSource clock) {
        this.frame = frame;
        this.callers = callers;
        this.accounts = accounts;
        this.desk = desk;
        this.dunning = dunning;
        this.names = names;
        this.once = once;
        this.clock = clock;
    }

    /** What is shown of all cases. */
    public record Board(
            List<Stop> stops, List<CaseLine> soon, List<CaseLine> cases, Optional<String> next, Names names) {}

    /** The form on the page, with the key that makes it safe to send twice. */
    public record Sheet(Filled filled, String key) {}

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance board(Board board);

        static native TemplateInstance question(Asked asked, Names names, Sheet sheet);

        static native TemplateInstance account(Account account, DunningView view, Names names, Sheet sheet);
    }

    @GET
    @Operation(hidden = true)
    public Response board(@QueryParam("cursor") Optional<String> cursor) {
        List<Stop> stops = desk.stops(callers.current());
        Query soon = new Query(Optional.empty(), Optional.of(clock.instant().plus(WEEK)), false);
        Page<CaseLine> cases = desk.list(callers.current(), Query.OPEN, Page.Ask.of(Optional.of(LISTED), cursor));
        Board board = new Board(
                stops,
                desk.list(callers.current(), soon, Page.Ask.FIRST).items(),
                cases.items(),
                cases.nextCursor(),
                names.of(stops.stream().flatMap(stop -> stop.decidedBy().stream())));
        return frame.show(Templates.board(board), "suspensions");
    }

    @GET
    @Path("questions/{id}")
    @Operation(hidden = true)
    public Response question(@PathParam("id") String id) {
        return question(Ids.parse("question", id), Filled.EMPTY, 200);
    }

    private Response question(UUID id, Filled filled, int status) {
        Asked asked = desk.stop(callers.current(), id);
        Names who = names.of(asked.stop().decidedBy().stream());
        return frame.show(Templates.question(asked, who, sheet(filled)), "suspensions", status);
    }

    private Sheet sheet(Filled filled) {
        return new Sheet(filled, once.key());
    }

    @POST
    @Path("questions/{id}/{answer}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response answer(
            @PathParam("id") String id, @PathParam("answer") String answer, MultivaluedMap<String, String> fields) {
        UUID question = Ids.parse("question", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/suspensions/" + question + "/" + answer, () -> {
                decide(question, answer, form);
                return "/staff/suspensions/questions/" + question;
            });
        } catch (Problem problem) {
            return question(question, Filled.refused(form, problem), problem.status());
        }
    }

    private void decide(UUID question, String answer, Form form) {
        switch (answer) {
            case "approve" -> desk.approve(callers.current(), question, new Answer(form.text("reason"), null));
            case "refuse" -> desk.refuse(callers.current(), question, new Answer(form.text("reason"), inDays(form)));
            default -> throw Problem.notFound("answer");
        }
    }

    private Instant inDays(Form form) {
        String days = form.text("days");
        if (!days.matches("[1-9]\\d?")) {
            throw Problem.invalid("days", "must be a number of days from 1 to 99");
        }
        return clock.instant().plus(Duration.ofDays(Integer.parseInt(days)));
    }

    @GET
    @Path("accounts/{id}")
    @Operation(hidden = true)
    public Response account(@PathParam("id") String id) {
        return account(Ids.parse("account", id), Filled.EMPTY, 200);
    }

    private Response account(UUID id, Filled filled, int status) {
        Account account = accounts.get(callers.current(), id);
        DunningView view = dunning.view(callers.current(), id);
        Stream<String> who = view.steps().stream().flatMap(step -> step.by().stream());
        return frame.show(Templates.account(account, view, names.of(who), sheet(filled)), "suspensions", status);
    }

    @POST
    @Path("accounts/{id}/hold")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response hold(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID account = Ids.parse("account", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/suspensions/accounts/" + account + "/hold", () -> {
                dunning.hold(callers.current(), account, new Hold(inDays(form), form.text("reason")));
                return "/staff/suspensions/accounts/" + account;
            });
        } catch (Problem problem) {
            return account(account, Filled.refused(form, problem), problem.status());
        }
    }
}
