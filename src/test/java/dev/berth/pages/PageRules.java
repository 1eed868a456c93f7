package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What every whole page must have, whoever looks at it. */
final class PageRules {
    private static final Pattern TITLE = Pattern.compile("<title>([^<]{3,}) · Berth</title>");
    private static final Pattern ID = Pattern.compile("\\sid=\"([^\"]*)\"");
    private static final Pattern LABEL = Pattern.compile("<label[^>]*\\sfor=\"([^\"]*)\"");
    private static final Pattern REFERENCE = Pattern.compile("<(?:script|link|img)\\b[^>]*(?:src|href)=\"([^\"]*)\"");
    private static final Pattern INLINE =
            Pattern.compile("<style|\\sstyle=|<script(?![^>]*\\ssrc=)|<[^>]*\\son[a-z]+=|javascript:");

    private static final Pattern UNNAMED_CELL =
            Pattern.compile("<tbody>(?:(?!</tbody>).)*?<td(?![^>]*data-label=)", Pattern.DOTALL);

    private PageRules() {}

    /** @return the page's own title */
    static String check(Response response, int status) {
        String page = response.asString();
        assertEquals(status, response.statusCode(), page);
        assertTrue(response.contentType().startsWith("text/html"), response.contentType());
        assertEquals("no-store", response.header("Cache-Control"));
        assertTrue(response.header("Content-Security-Policy").contains("script-src 'self'"));
        assertTrue(page.contains("<html lang=\"en\">"));
        assertEquals(1, count(page, "<h1[ >]"), "first-level headings");
        assertEquals(1, count(page, "<main[ >]"), "main landmarks");
        assertEquals(1, count(page, "<header[ >]"), "headers");
        assertEquals(1, count(page, "<footer[ >]"), "footers");
        assertTrue(count(page, "<nav[^>]*aria-label=") >= 1, "named navigation");
        assertTrue(page.contains("href=\"#main\""), "skip link");
        assertFalse(UNNAMED_CELL.matcher(page).find(), "a cell that says nothing of its column on a phone");
        assertFalse(page.contains("tabindex=\"1\""), "keyboard order is the order of the page");
        strict(page);
        ids(page);
        Matcher title = TITLE.matcher(page);
        assertTrue(title.find(), "title");
        return title.group(1);
    }

    private static void strict(String page) {
        assertFalse(INLINE.matcher(page).find(), () -> "inline style or script: " + around(page));
        Matcher reference = REFERENCE.matcher(page);
        while (reference.find()) {
            String to = reference.group(1);
            assertTrue(to.startsWith("/") && !to.startsWith("//"), "from another place: " + to);
        }
    }

    private static String around(String page) {
        Matcher inline = INLINE.matcher(page);
        return inline.find()
                ? page.substring(Math.max(0, inline.start() - 60), Math.min(page.length(), inline.end() + 60))
                : "";
    }

    private static void ids(String page) {
        List<String> found = new ArrayList<>();
        Matcher id = ID.matcher(page);
        while (id.find()) {
            found.add(id.group(1));
        }
        Set<String> unique = new HashSet<>(found);
        assertEquals(unique.size(), found.size(), () -> "ids that are not unique: " + found);
        Matcher label = LABEL.matcher(page);
        while (label.find()) {
            assertTrue(unique.contains(label.group(1)), "label of nothing: " + label.group(1));
        }
    }

    private static int count(String page, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        int n = 0;
        while (matcher.find()) {
            n++;
        }
        return n;
    }
}
