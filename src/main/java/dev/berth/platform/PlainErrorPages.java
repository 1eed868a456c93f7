package dev.berth.platform;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Text, for as long as nobody draws a page. */
@DefaultBean
@ApplicationScoped
class PlainErrorPages implements ErrorPages {
    @Override
    public Response show(Shown shown) {
        return Response.status(shown.status())
                .type(MediaType.TEXT_PLAIN_TYPE)
                .entity("%s (%s, trace %s)%n".formatted(shown.detail(), shown.code(), shown.traceId()))
                .build();
    }
}
