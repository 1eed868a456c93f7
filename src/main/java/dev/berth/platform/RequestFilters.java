package dev.berth.platform;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** What every request passes before anything else: trace, headers, size, and the defence against forged requests. */
@ApplicationScoped
class RequestFilters {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final long MAX_BODY_BYTES = 1024 * 1024;
    /** Images are streamed, everything else is small. */
    private static final String UPLOAD_PATH = "/api/admin/v1/images";

    /** Where Quarkus keeps the limit of a body without Content-Length. */
    private static final String LIMIT_KEY = "io.quarkus.max-request-size";

    private static final Pattern ASSET = Pattern.compile("/(css|js|img|vendor)/[a-zA-Z0-9._/-]+");

    /** The page that describes the API: its framework's inline scripts, by hash, and its styles. */
    private static final String DOCS_PATH = "/api/docs";

    private static final String DOCS_SCRIPTS =
            "'sha256-7geuMYVZ73vXaWkrWMojuG3gQ3HyQ9h21oLgSpBD4lc=' 'sha256-/fo+acboRMNDN3P9sEm6ou0q0Bt4JuYwZ82sbghbi28='";

    /** The terminal's styles are made by its library as it draws; its scripts are ours and held as anywhere. */
    private static final Pattern CONSOLE_PATH = Pattern.compile("/vps/[0-9a-f-]{36}/console");

    private final String policy;
    private final String docsPolicy;
    private final String consolePolicy;

    private final ErrorMapper errors;

    RequestFilters(
            ErrorMapper errors,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> identityServer) {
        this.errors = errors;
        // a form whose session has ended is redirected to the login page, which browsers count as its action
        String formAction = identityServer.map(url -> " " + origin(url)).orElse("");
        policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                + " font-src 'self'; manifest-src 'self'; form-action 'self'" + formAction
                + "; frame-ancestors 'none'; base-uri 'none'";
        consolePolicy = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
        docsPolicy = consolePolicy.replace("script-src 'self'", "script-src 'self' " + DOCS_SCRIPTS);
    }

    void register(@Observes Filters filters) {
        filters.register(this::trace, 400);
        filters.register(this::headers, 390);
        filters.register(this::size, 380);
        filters.register(this::forgery, 370);
    }

    private void trace(RoutingContext context) {
        String id = Traces.begin(context.request().getHeader(Traces.HEADER));
        context.response().putHeader("X-Trace-Id", id);
        context.next();
    }

    private void headers(RoutingContext context) {
        String path = context.request().path();
        context.response()
                .putHeader("Content-Security-Policy", policyOf(path == null ? "" : path))
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "same-origin")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        if (path != null && ASSET.matcher(path).matches() && !path.contains("..")) {
            context.response()
                    .putHeader("Cache-Control", kept(path, context.request().getParam("v")));
        }
        context.next();
    }

    private String policyOf(String path) {
        if (path.equals(DOCS_PATH) || path.startsWith(DOCS_PATH + "/")) {
            return docsPolicy;
        }
        return CONSOLE_PATH.matcher(path).matches() ? consolePolicy : policy;
    }

    /** For ever under the address that carries the hash of the content, else to be asked for again. */
    private static String kept(String path, @Nullable String version) {
        return Assets.current(path, version) ? "public, max-age=31536000, immutable" : "no-cache";
    }

    private void size(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (HttpMethod.POST.equals(request.method()) && UPLOAD_PATH.equals(request.path())) {
            context.next();
            return;
        }
        if (declaredLength(request.getHeader("Content-Length")) > MAX_BODY_BYTES) {
            context.response().putHeader("Connection", "close");
            refuse(context, Problem.of(413, "too-large", "A request body holds at most 1 MiB."));
            return;
        }
        context.put(LIMIT_KEY, MAX_BODY_BYTES);
        context.next();
    }

    private static long declaredLength(@Nullable String header) {
        if (header == null) {
            return 0;
        }
        boolean plain =
                !header.isEmpty() && header.length() <= 18 && header.chars().allMatch(Character::isDigit);
        return plain ? Long.parseLong(header) : Long.MAX_VALUE;
    }

    /** A browser sends cookies to us from anybody's page; only what comes from our own may change anything. */
    private void forgery(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean byCookie = request.getHeader("Cookie") != null && request.getHeader("Authorization") == null;
        if (SAFE.contains(request.method()) || !byCookie || Origins.own(request)) {
            context.next();
            return;
        }
        refuse(context, Problem.of(403, "cross-site", "This request came from another site."));
    }

    private void refuse(RoutingContext context, Problem problem) {
        context.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", ErrorMapper.PROBLEM_JSON.toString())
                .end(errors.json(problem));
    }

    private static String origin(String url) {
        URI uri = URI.create(url);
        return uri.getScheme() + "://" + uri.getAuthority();
    }
}
