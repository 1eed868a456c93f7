package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.testing.Given;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens pages and sends their forms as a browser would. */
final class Forms {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");
    private static final Pattern INPUT =
            Pattern.compile("<input class=\"form-control\" id=\"[^\"]+\" name=\"([^\"]+)\" value=\"([^\"]*)\"");
    private static final Pattern ROWS = Pattern.compile("name=\"(rows)\" value=\"([0-9]+)\"");
    private static final Pattern CHOSEN = Pattern.compile(
            "<select class=\"form-select\" id=\"[^\"]+\" name=\"([^\"]+)\"(?:(?!</select>).)*?<option value=\"([^\"]+)\" selected>");

    private Forms() {}

    static String open(String caller, String path) {
        Response page = Given.browsing(caller).get(path);
        PageRules.check(page, 200);
        return page.asString();
    }

    static String key(String caller, String path) {
        Matcher key = KEY.matcher(open(caller, path));
        assertTrue(key.find());
        return key.group(1);
    }

    /** What the forms of a page would send as they are shown. */
    static Map<String, String> shown(String page) {
        Map<String, String> fields = new HashMap<>();
        for (Pattern pattern : List.of(INPUT, ROWS, CHOSEN)) {
            Matcher field = pattern.matcher(page);
            while (field.find()) {
                fields.put(field.group(1), field.group(2));
            }
        }
        return fields;
    }

    static Response send(String caller, String path, String key, Map<String, String> fields) {
        return Given.browsing(caller)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("key", key)
                .formParams(fields)
                .post(path);
    }

    /** What is sent does what it is for, and leads on. */
    static void done(Response answer) {
        assertEquals(303, answer.statusCode(), answer.asString());
    }

    /** Refused, with a fault beside each of the fields. */
    static String refused(Response answer, String... fields) {
        PageRules.check(answer, 422);
        String page = answer.asString();
        for (String field : fields) {
            assertTrue(page.contains("id=\"" + field + "-fault\" role=\"alert\""), field + ": " + page);
        }
        return page;
    }
}
