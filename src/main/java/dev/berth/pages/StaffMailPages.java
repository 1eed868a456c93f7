package dev.berth.pages;

import dev.berth.mail.Outbox;
import dev.berth.mail.Outbox.Count;
import dev.berth.mail.Outbox.Query;
import dev.berth.mail.Outbox.Traced;
import dev.berth.mail.OutboxMail;
import dev.berth.mail.OutboxMail.State;
import dev.berth.platform.Caller;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Staff: what was sent to whom, what could not be, and sending it again. */
@Path("/staff/mails")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class StaffMailPages {
    private final Frame frame;
    private final Callers callers;
    private final Outbox outbox;
    private final Once once;

    StaffMailPages(Frame frame, Callers callers, Outbox outbox, Once once) {
        this.frame = frame;
        this.callers = callers;
        this.outbox = outbox;
        this.once = once;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance mails(
                List<OutboxMail> mails, Count count, boolean configured, String state, Optional<String> next);

        static native TemplateInstance mail(
                Traced traced, List<List<String>> paragraphs, boolean configured, Filled filled, String key);
    }

    @GET
    @Operation(hidden = true)
    public Response mails(@QueryParam("state") Optional<String> state, @QueryParam("cursor") Optional<String> cursor) {
        Caller caller = callers.current();
        Optional<State> asked = state.flatMap(text -> Arrays.stream(State.values())
                .filter(one -> one.name().equals(text))
                .findFirst());
        Page<OutboxMail> page =
                outbox.list(caller, new Query(asked, Optional.empty()), Page.Ask.of(Optional.empty(), cursor));
        return frame.show(
                Templates.mails(
                        page.items(),
                        outbox.count(caller),
                        outbox.configured(),
                        asked.map(State::name).orElse(""),
                        page.nextCursor()),
                "mails");
    }

    @GET
    @Path("/{id}")
    @Operation(hidden = true)
    public Response mail(@PathParam("id") String id) {
        return show(Ids.parse("mail", id), Filled.EMPTY, 200);
    }

    private Response show(UUID id, Filled filled, int status) {
        Traced traced = outbox.get(callers.current(), id);
        List<List<String>> paragraphs = Arrays.stream(
                        traced.stored().mail().text().split("\n\n", -1))
                .map(paragraph -> paragraph.lines().toList())
                .toList();
        return frame.show(Templates.mail(traced, paragraphs, outbox.configured(), filled, once.key()), "mails", status);
    }

    @POST
    @Path("/{id}/send-again")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response sendAgain(@PathParam("id") String id, MultivaluedMap<String, String> fields) {
        UUID mail = Ids.parse("mail", id);
        Form form = new Form(fields);
        try {
            return once.go(form, "staff/mails/" + mail, () -> {
                outbox.sendAgain(callers.current(), mail, form.text("reason"));
                return "/staff/mails/" + mail;
            });
        } catch (Problem problem) {
            return show(mail, Filled.refused(form, problem), problem.status());
        }
    }
}
