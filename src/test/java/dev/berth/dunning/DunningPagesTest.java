package dev.berth.dunning;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.platform.Database;
import dev.berth.testing.Given;
import dev.berth.testing.MariaDb;
import dev.berth.testing.Seed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A customer sees what happens when and how to stop it; staff see questions and answer them. */
@QuarkusTest
@QuarkusTestResource(MariaDb.class)
class DunningPagesTest {
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");
    private static final Pattern QUESTION = Pattern.compile("/staff/suspensions/questions/([0-9a-f-]{36})");

    @Inject
    Database database;

    @Inject
    Seed seed;

    @Inject
    Debtors debtors;

    @Inject
    DunningRun run;

    @Inject
    PaymentTrouble payments;

    private final String owner = "user:" + UUID.randomUUID() + ";customer";
    private UUID account = new UUID(0, 0);

    @BeforeEach
    void aServer() {
        account = UUID.fromString(Given.accountOf(owner));
        debtors.server(account, seed.node());
    }

    @AfterEach
    void noQuestionIsLeft() {
        payments.is(Optional.empty());
        database.update(
                "UPDATE dunning_stop SET state = 'REFUSED', decided_at = opened_at, decided_by = 'test', reason = 'over'"
                        + " WHERE state = 'WAITING'");
    }

    private static String page(String caller, String path) {
        Response page = Given.browsing(caller).get(path);
        assertEquals(200, page.statusCode(), page.asString());
        return page.asString();
    }

    private static String found(Pattern pattern, String page) {
        Matcher matcher = pattern.matcher(page);
        assertTrue(matcher.find(), page);
        return matcher.group(1);
    }

    private static Response send(String caller, String to, Map<String, Object> fields) {
        return Given.browsing(caller)
                .redirects()
                .follow(false)
                .contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParams(fields)
                .post(to);
    }

    @Test
    void whoOwesNothingReadsSo() {
        assertTrue(page(owner, "/billing/next").contains("Nothing is overdue"));
        Given.browsing(owner).get("/home").then().body(not(containsString("/billing/next")));
    }

    @Test
    void aCustomerSeesWhatComesAndPromisesOnce() {
        debtors.invoice(account, 2);
        run.run();

        for (String place : new String[] {"/home", "/billing"}) {
            String shown = page(owner, place);
            assertTrue(shown.contains("1 invoice is overdue. If it stays so, on"), shown);
        }
        String next = page(owner, "/billing/next");
        assertTrue(next.contains("Your servers are deleted with their disks and addresses, for good"));
        assertTrue(next.contains("Reminder 1"), next);

        Map<String, Object> form = Map.of("key", found(KEY, next));
        assertEquals(303, send(owner, "/billing/next/promise", form).statusCode());
        assertEquals(303, send(owner, "/billing/next/promise", form).statusCode());
        assertTrue(page(owner, "/billing/next").contains("Nothing more is done until"));
        String again = page(owner, "/billing/next");
        assertEquals(
                409,
                send(owner, "/billing/next/promise", Map.of("key", key(again))).statusCode());
    }

    /** The promise is made: its form is not there any more, so the key is an invented one. */
    private static String key(String page) {
        assertTrue(!page.contains("data-testid=\"promise\""));
        return UUID.randomUUID().toString();
    }

    @Test
    void staffReadTheListAndAnswer() {
        debtors.invoice(account, 300);
        payments.is(Optional.of("the gateway answers with errors"));
        for (int days : new int[] {1, 1, 8}) {
            run.run();
            debtors.wait(account, days);
        }
        run.run();

        String question = found(QUESTION, page(Given.SUPPORT, "/staff"));
        assertTrue(page(Given.SUPPORT, "/staff/suspensions").contains(question));
        String path = "/staff/suspensions/questions/" + question;
        String shown = page(Given.SUPPORT, path);
        assertTrue(shown.contains("Payments may be missing: the gateway answers with errors"), shown);
        assertTrue(shown.contains("/staff/suspensions/accounts/" + account));

        String key = found(KEY, shown);
        assertEquals(
                422,
                send(Given.SUPPORT, path + "/refuse", Map.of("key", key, "reason", "why", "days", "many"))
                        .statusCode());
        assertEquals(
                422, send(Given.SUPPORT, path + "/approve", Map.of("key", key)).statusCode());
        assertEquals(
                303,
                send(Given.SUPPORT, path + "/refuse", Map.of("key", key, "reason", "the gateway is down", "days", "2"))
                        .statusCode());
        assertTrue(page(Given.SUPPORT, path).contains("the gateway is down"));
        String of = page(Given.SUPPORT, "/staff/suspensions/accounts/" + account);
        assertTrue(of.contains("Held until"), of);
    }

    @Test
    void staffHoldAnAccount() {
        debtors.invoice(account, 2);
        run.run();
        String path = "/staff/suspensions/accounts/" + account;
        Map<String, Object> form =
                Map.of("key", found(KEY, page(Given.SUPPORT, path)), "days", "30", "reason", "in court");
        assertEquals(303, send(Given.SUPPORT, path + "/hold", form).statusCode());
        assertTrue(page(Given.SUPPORT, path).contains("Held until"));
        assertEquals(
                1,
                database.number(
                        "SELECT COUNT(*) AS n FROM audit_event WHERE account_id = ? AND action = 'dunning.hold'",
                        account));
    }
}
