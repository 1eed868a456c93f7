package dev.berth.platform;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import org.jspecify.annotations.Nullable;

/** The one place where failures become HTTP: problem+json under {@code /api}, a page elsewhere; never a stack trace. */
@ApplicationScoped
class ErrorMapper {
    static final String WWW_AUTHENTICATE = "WWW-Authenticate";
    static final MediaType PROBLEM_JSON = new MediaType("application", "problem+json");
    private static final Logger LOG = Logger.getLogger(ErrorMapper.class);
    private final ErrorPages pages;
    private final ObjectMapper json;

    ErrorMapper(ErrorPages pages, ObjectMapper json) {
        this.pages = pages;
        this.json = json;
    }

    /** For what is refused before a resource is found. */
    String json(Problem problem) {
        try {
            return json.writeValueAsString(body(problem));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem has only texts", e);
        }
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
        if (e.getCause() instanceof JacksonException unreadable) {
            return unreadable(unreadable, uri);
        }
        int status = e.getResponse().getStatus();
        if (status < 400) {
            return e.getResponse();
        }
        if (status == 404 && e.getCause() != null) {
            // JAX-RS says 404 for a parameter that cannot be read; the path is right, the request is not
            return answer(Problem.of(400, code(400), "A parameter has not the form that is documented."), uri);
        }
        Response answer = answer(Problem.of(status, code(status), explained(status)), uri);
        @Nullable String allowed = e.getResponse().getHeaderString("Allow");
        return allowed == null
                ? answer
                : Response.fromResponse(answer).header("Allow", allowed).build();
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

    /** Answers of the framework itself (401, 403, 404, 405 …) come without a body, or with two words. */
    @ServerResponseFilter
    void bare(ContainerRequestContext request, ContainerResponseContext response) {
        if (!api(request.getUriInfo())) {
            return;
        }
        int status = response.getStatus();
        boolean bare = !response.hasEntity() || response.getEntity() instanceof String;
        if (status >= 400 && bare) {
            Problem problem = Problem.of(status, code(status), explained(status));
            response.setEntity(body(problem), null, PROBLEM_JSON);
            response.getHeaders().putSingle("Content-Type", PROBLEM_JSON);
        }
        if (status == 401) {
            response.getHeaders().putIfAbsent(WWW_AUTHENTICATE, List.of("Bearer"));
        }
        response.getHeaders().putIfAbsent("Cache-Control", List.of("no-store"));
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
        return api("/" + uri.getPath());
    }

    static boolean api(String path) {
        return path.startsWith("/api/") || path.startsWith("//api/");
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

    /** What the caller can do about it. */
    private static String explained(int status) {
        return switch (status) {
            case 401 -> "Send a valid access token: Authorization: Bearer <token>.";
            case 403 -> "These rights do not suffice.";
            case 404 -> "There is nothing at this path.";
            case 405 -> "This path does not take this method.";
            case 406 -> "Answers are JSON.";
            case 415 -> "Send the type of content that is documented, mostly application/json.";
            default -> detail(status);
        };
    }

    private static String detail(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return known == null ? (status == 422 ? "Unprocessable Content" : "Error") : known.getReasonPhrase();
    }
}
