package dev.berth.platform;

import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Resources take a body for granted: an empty one, or {@code null}, ends here. */
@Provider
class MissingBodies implements ReaderInterceptor {
    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        @Nullable Object body = context.proceed();
        if (body == null) {
            throw Problem.of(400, "body-missing", "This request needs a body of the form that is documented.");
        }
        return body;
    }
}
