package dev.berth.vps;

import dev.berth.platform.Callers;
import dev.berth.platform.Ids;
import dev.berth.platform.Problem;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Operations. */
@Path("/api/v1/operations")
@Tag(name = "operation")
@Authenticated
@RunOnVirtualThread
public class OperationResource {
    private static final int MAX_WAIT_SECONDS = 60;
    private final Callers callers;
    private final OperationService operations;

    OperationResource(Callers callers, OperationService operations) {
        this.callers = callers;
        this.operations = operations;
    }

    @GET
    @Path("/{id}")
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "One operation with its steps; wait=30 answers when it has ended or after 30 seconds")
    public Operation get(@PathParam("id") String id, @QueryParam("wait") Optional<Integer> wait)
            throws InterruptedException {
        int seconds = wait.orElse(0);
        if (seconds < 0 || seconds > MAX_WAIT_SECONDS) {
            throw Problem.invalid("wait", "must be from 0 to %d seconds".formatted(MAX_WAIT_SECONDS));
        }
        return operations.await(callers.current(), Ids.parse("operation", id), Duration.ofSeconds(seconds));
    }
}
