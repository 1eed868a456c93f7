package dev.berth.pages;

import dev.berth.platform.Caller;
import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.vps.Operation;
import dev.berth.vps.OperationService;
import dev.berth.vps.Vps;
import dev.berth.vps.VpsService;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.stream.Stream;

/** An operation as it goes on, and what to do when it is done. */
@Path("/operations")
@Authenticated
@RunOnVirtualThread
public class OperationPages {
    private final Frame frame;
    private final Callers callers;
    private final OperationService operations;
    private final VpsService vps;
    private final NameBook names;

    OperationPages(Frame frame, Callers callers, OperationService operations, VpsService vps, NameBook names) {
        this.names = names;
        this.frame = frame;
        this.callers = callers;
        this.operations = operations;
        this.vps = vps;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance operation(Operation operation, Vps vps, Names names, String back);

        static native TemplateInstance live(Operation operation, Vps vps, Names names);
    }

    @GET
    @Path("{id}")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response operation(@PathParam("id") String id) {
        Caller caller = callers.current();
        Operation operation = operations.get(caller, Ids.parse("operation", id));
        Vps of = vps.get(caller, operation.vpsId());
        String back = (caller.staff() ? "/staff/vps/" : "/vps/") + of.id();
        return frame.show(Templates.operation(operation, of, names.of(Stream.of(operation.cause())), back), caller.staff() ? "vps" : "home");
    }

    /** The part that changes; it asks for itself again until the operation has ended. */
    @GET
    @Path("{id}/live")
    @org.eclipse.microprofile.openapi.annotations.Operation(hidden = true)
    public Response live(@PathParam("id") String id) {
        Caller caller = callers.current();
        Operation operation = operations.get(caller, Ids.parse("operation", id));
        Names known = names.of(Stream.of(operation.cause()));
        return frame.part(Templates.live(operation, vps.get(caller, operation.vpsId()), known));
    }
}
