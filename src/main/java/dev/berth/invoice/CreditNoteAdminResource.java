package dev.berth.invoice;

import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Idempotency;
import dev.berth.platform.Idempotency.Attempt;
import dev.berth.platform.Idempotency.Effect;
import dev.berth.platform.Ids;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Credit notes that staff issue. */
@Path("/api/admin/v1/invoices/{id}/credit-notes")
@Tag(name = "staff")
@RolesAllowed({"support", "admin"})
@RunOnVirtualThread
public class CreditNoteAdminResource {
    private final Callers callers;
    private final CreditNotes notes;
    private final Idempotency idempotency;

    CreditNoteAdminResource(Callers callers, CreditNotes notes, Idempotency idempotency) {
        this.callers = callers;
        this.notes = notes;
        this.idempotency = idempotency;
    }

    @POST
    @Operation(summary = "Take an invoice back, or parts of its lines; all of an unpaid one makes it void")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = CreditNoteJson.class)))
    public Response issue(
            @HeaderParam("Idempotency-Key") @Nullable String key, @PathParam("id") String id, NewCreditNote body) {
        Caller caller = callers.current();
        UUID invoice = Ids.parse("invoice", id);
        Attempt attempt = new Attempt(caller, key, "invoices/" + invoice + "/credit-notes", body);
        return Answers.of(idempotency.once(attempt, () -> {
            CreditNote note = notes.issue(caller, invoice, body);
            return Effect.created("/api/v1/credit-notes/" + note.id(), CreditNoteJson.of(note));
        }));
    }
}
