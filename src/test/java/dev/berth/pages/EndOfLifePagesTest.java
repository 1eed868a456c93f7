package dev.berth.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Staff say when an image comes to its end, owners are told, and nobody can buy it then. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class EndOfLifePagesTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    InstantSource clock;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private final String distribution = "ix" + UUID.randomUUID().toString().substring(0, 6);
    private String image = "";
    private String staffPage = "";
    private String page = "";

    @BeforeEach
    void aServerOfAnImage() {
        UUID vps = seed.vps(UUID.fromString(Given.accountOf(owner)), seed.node(), seed.planVersion("EUR"));
        image = image("1", "2999-12-31");
        database.update("UPDATE vps SET image_id = ? WHERE id = ?", UUID.fromString(image), vps);
        page = "/vps/" + vps;
        staffPage = "/staff/images/" + image;
    }

    private String image(String release, String endOfLife) {
        return Given.browsing(Given.ADMIN)
                .contentType("application/gzip")
                .header("X-Image-Name", distribution + "-" + release)
                .header("X-Image-Distribution", distribution)
                .header("X-Image-Release", release)
                .header("X-Image-End-Of-Life", endOfLife)
                .body(Given.archive(UUID.randomUUID().toString()))
                .post("/api/admin/v1/images")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private LocalDate inDays(int days) {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).plusDays(days);
    }

    private static String shown(String caller, String path) {
        Response page = Given.browsing(caller).get(path);
        PageRules.check(page, 200);
        return page.asString();
    }

    private static String key(String page) {
        Matcher key = KEY.matcher(page);
        assertTrue(key.find(), page);
        return key.group(1);
    }

    private static Response send(String caller, String to, Map<String, String> fields) {
        return Given.browsing(caller)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(fields)
                .post(to);
    }

    private void ends(LocalDate day) {
        Map<String, String> fields =
                Map.of("key", key(shown(Given.ADMIN, staffPage)), "endOfLife", day.toString(), "sold", "");
        assertEquals(303, send(Given.ADMIN, staffPage, fields).statusCode());
    }

    @Test
    void staffListImagesAndSetTheirEnd() {
        String list = shown(Given.SUPPORT, "/staff/images");
        assertTrue(list.contains(distribution + "-1") && list.contains("31 December 2999"), list);
        String first = shown(Given.ADMIN, staffPage);
        assertTrue(first.contains("data-testid=\"image-use\">1 VPS<"), first);
        assertTrue(first.contains("for sale") && first.contains("value=\"2999-12-31\""), first);

        ends(inDays(-1));
        String over = shown(Given.SUPPORT, staffPage);
        assertTrue(over.contains("past its end of life") && over.contains(Show.day(inDays(-1))), over);
        assertFalse(over.contains("data-testid=\"image-form\""), "only administrators have the form");
        Map<String, String> flagged = Map.of(
                "key",
                key(shown(Given.ADMIN, staffPage)),
                "endOfLife",
                inDays(-1).toString(),
                "sold",
                "yes");
        assertEquals(403, send(Given.SUPPORT, staffPage, flagged).statusCode());
        assertEquals(303, send(Given.ADMIN, staffPage, flagged).statusCode());
        String sold = shown(Given.ADMIN, staffPage);
        assertTrue(sold.contains("for sale") && sold.contains("sold after it") && sold.contains(" checked"), sold);

        Response wrong = send(Given.ADMIN, staffPage, Map.of("key", key(sold), "endOfLife", "June"));
        PageRules.check(wrong, 422);
        assertTrue(wrong.asString().contains("must be a date such as"), wrong.asString());
        assertTrue(wrong.asString().contains("value=\"June\""), "what was typed is kept");
        image("1", "2999-12-31");
        assertTrue(shown(Given.ADMIN, staffPage).contains("a newer one has its name"));
        assertTrue(shown(Given.ADMIN, "/staff/audit").contains("End of life of an image changed"));
    }

    @Test
    void ownersAreToldInTimeAndAfterwards() {
        ends(inDays(92));
        assertFalse(shown(owner, page).contains("data-testid=\"end-of-life\""));
        ends(inDays(88));
        String soon = shown(owner, page);
        assertTrue(soon.contains("gets security updates until " + Show.day(inDays(88))), soon);
        assertFalse(soon.contains("einstall it with"), "with nothing that is mended longer");

        ends(inDays(-2));
        String other = image("0", inDays(-1).toString());
        Given.as(Given.ADMIN)
                .body(Map.of("endOfLife", inDays(-1).toString(), "soldAfterEndOfLife", true))
                .put("/api/admin/v1/images/" + other)
                .then()
                .statusCode(200);
        assertFalse(shown(owner, page).contains("einstall it with"), "nothing whose own end is over");
        image("2", inDays(400).toString());
        image("3", inDays(900).toString());
        String over = shown(owner, page);
        assertTrue(over.contains("gets no security updates</strong> since " + Show.day(inDays(-2))), over);
        assertTrue(over.contains("<a href=\"" + page + "/reinstall\">Reinstall it with " + distribution + "-3"), over);
        String reinstall = shown(owner, page + "/reinstall");
        assertTrue(reinstall.contains("gets no security updates"), reinstall);
        assertTrue(reinstall.contains(distribution + "-2"), reinstall);
    }

    @Test
    void theOrderPageSaysWhyItIsNotSold() {
        assertTrue(shown(owner, "/order").contains("value=\"" + distribution + "-1\""));
        ends(inDays(-1));
        assertFalse(shown(owner, "/order").contains("value=\"" + distribution + "-1\""));
        Map<String, String> order = Map.of(
                "plan",
                "dinghy",
                "image",
                distribution + "-1",
                "hostname",
                "web-1",
                "sshKey",
                Given.SSH_KEY,
                "payment",
                "CREDIT");

        Response refused = send(owner, "/order/review", order);

        PageRules.check(refused, 422);
        assertTrue(
                refused.asString().contains("has had no security updates since " + Show.day(inDays(-1))),
                refused.asString());
    }
}
