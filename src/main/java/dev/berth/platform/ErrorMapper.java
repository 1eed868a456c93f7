package dev.berth.platform;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.berth.contract.InvalidMessageException;
import dev.berth.platform.ErrorPages.Shown;
import dev.berth.platform.Problem.Fault;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** The one place where failures become HTTP: problem+json under {@code /api}, a page elsewhere; never a stack trace. */
@ApplicationScoped
class ErrorMapper {
    static final MediaType PROBLEM_JSON = new MediaType("application", "problem+json");
    private static final Logger LOG = Logger.getLogger(ErrorMapper.class);
    private final ErrorPages pages;

    ErrorMapper(ErrorPages pages) {
        this.pages = pages;
    }

    @ServerExceptionMapper
    Response expected(Problem problem, UriInfo uri) {
        return answer(problem, uri);
    }

    @ServerExceptionMapper
    Response invalid(InvalidMessageException e, UriInfo uri) {
        return answer(
                Problem.invalid(
                        e.faults().stream().map(text -> new Fault("", text)).toList()),
                uri);
    }

    @ServerExceptionMapper
    Response http(WebApplicationException e, UriInfo uri) {
        if (e.getCause() instanceof JacksonException json) {
            return unreadable(json, uri);
        }
        int status = e.getResponse().getStatus();
        if (status < 400) {
            return e.getResponse();
        }
        return answer(Problem.of(status, code(status), detail(status)), uri);
    }

    @ServerExceptionMapper
    Response unreadable(JacksonException e, UriInfo uri) {
        String field = e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
                        .collect(Collectors.joining("."))
                : "";
        if (field.isEmpty()) {
            return answer(Problem.of(400, "unreadable", "The body is not JSON of the form that is documented."), uri);
        }
        return answer(Problem.invalid(field, "has not the form that is documented"), uri);
    }

    @ServerExceptionMapper
    Response bug(RuntimeException e, UriInfo uri) {
        if (e.getCause() instanceof Problem problem) {
            return answer(problem, uri);
        }
        LOG.error("request failed: " + uri.getPath(), e);
        return answer(Problem.of(500, "internal", "This is a fault of ours. The trace id helps us find it."), uri);
    }

    /** Answers of the framework itself (401, 403, 404, 405 …) come without a body. */
    @ServerResponseFilter
    void bare(ContainerRequestContext request, ContainerResponseContext response) {
        int status = response.getStatus();
        if (status >= 400 && !response.hasEntity() && api(request.getUriInfo())) {
            Problem problem = Problem.of(status, code(status), detail(status));
            response.setEntity(body(problem), null, PROBLEM_JSON);
        }
    }

    private Response answer(Problem problem, UriInfo uri) {
        if (!api(uri)) {
            return pages.show(new Shown(problem.status(), problem.code(), problem.detail(), Traces.current()));
        }
        return Response.status(problem.status())
                .type(PROBLEM_JSON)
                .entity(body(problem))
                .build();
    }

    static Map<String, Object> body(Problem problem) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", detail(problem.status()));
        body.put("status", problem.status());
        body.put("code", problem.code());
        body.put("detail", problem.detail());
        List<Fault> faults = problem.faults();
        if (!faults.isEmpty()) {
            body.put("faults", faults);
        }
        body.put("traceId", Traces.current());
        return body;
    }

    private static boolean api(UriInfo uri) {
        return uri.getPath().startsWith("/api/") || uri.getPath().startsWith("api/");
    }

    private static String code(int status) {
        return switch (status) {
            case 400 -> "bad-request";
            case 401 -> "unauthenticated";
            case 403 -> "forbidden";
            case 404 -> "not-found";
            case 405 -> "method-not-allowed";
            case 406 -> "not-acceptable";
            case 413 -> "too-large";
            case 415 -> "unsupported-media-type";
            case 422 -> "invalid-input";
            case 429 -> "too-many-requests";
            default -> status < 500 ? "bad-request" : "internal";
        };
    }

    private static String detail(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return known == null ? (status == 422 ? "Unprocessable Content" : "Error") : known.getReasonPhrase();
    }
}
