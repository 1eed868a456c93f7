package dev.berth.platform;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** A token that is refused before any resource is reached gets a problem like every other fault of the API. */
@ApplicationScoped
class ApiRefusals {
    private final ErrorMapper errors;

    ApiRefusals(ErrorMapper errors) {
        this.errors = errors;
    }

    void register(@Observes Router router) {
        router.route("/api/*").failureHandler(this::refused);
    }

    private void refused(RoutingContext context) {
        if (context.response().ended()) {
            return;
        }
        Throwable failure = context.failure();
        if (failure instanceof AuthenticationFailedException || failure instanceof UnauthorizedException) {
            unauthenticated(context);
        } else if (failure instanceof ForbiddenException) {
            answer(context, Problem.of(403, "forbidden", "The rights of this token do not suffice."));
        } else {
            context.next();
        }
    }

    private void unauthenticated(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (!response.headers().contains(ErrorMapper.WWW_AUTHENTICATE)) {
            response.putHeader(ErrorMapper.WWW_AUTHENTICATE, "Bearer");
        }
        answer(
                context,
                Problem.of(
                        401,
                        "unauthenticated",
                        "This access token is not valid here, or not any more: get a new one."));
    }

    private void answer(RoutingContext context, Problem problem) {
        context.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", ErrorMapper.PROBLEM_JSON.toString())
                .putHeader("Cache-Control", "no-store")
                .end(errors.json(problem));
    }
}
