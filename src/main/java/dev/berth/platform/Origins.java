package dev.berth.platform;

import io.vertx.core.http.HttpServerRequest;

/**
 * Whose page a browser's request came from. {@code Sec-Fetch-Site} (W3C Fetch Metadata) is the browser's own word and holds behind a proxy
 * that ends TLS, too; {@code Origin} is for browsers that do not say it.
 */
public final class Origins {
    private static final String SITE = "Sec-Fetch-Site";
    private static final String ORIGIN = "Origin";

    private Origins() {}

    /** Whether the request says anything of a page. */
    public static boolean ofBrowser(HttpServerRequest request) {
        return request.getHeader(SITE) != null || request.getHeader(ORIGIN) != null;
    }

    /** Whether it came from a page of ours. */
    public static boolean own(HttpServerRequest request) {
        String site = request.getHeader(SITE);
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = request.getHeader(ORIGIN);
        String own = request.scheme() + "://" + request.authority();
        return origin != null && origin.equals(own);
    }
}
