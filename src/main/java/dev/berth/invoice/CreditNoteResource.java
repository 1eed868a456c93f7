package dev.berth.invoice;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Credit notes. */
@Path("/api/v1/credit-notes/{id}")
@Tag(name = "invoice")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class CreditNoteResource {
    private final Callers callers;
    private final CreditNotes notes;

    CreditNoteResource(Callers callers, CreditNotes notes) {
        this.callers = callers;
        this.notes = notes;
    }

    @GET
    @Operation(summary = "A credit note")
    public CreditNoteJson get(@PathParam("id") String id) {
        return CreditNoteJson.of(notes.get(callers.current(), Ids.parse("credit note", id)));
    }
}
